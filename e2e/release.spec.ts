import { expect, stack, test } from './fixtures.ts';

/** A plan that waits for people at every stage, so that a story decides its own pace. */
const MANUAL = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'story', service: 'shop' },
  spec: {
    strategy: 'canary',
    stages: [
      { name: 'first', share: 10, gate: 'manual' },
      { name: 'half', share: 50, gate: 'manual' },
      { name: 'all', share: 100, watch: '1h' },
    ],
    analysis: {
      warmup: '5s',
      every: '2s',
      metrics: [
        { name: 'errors', weight: 0.6 },
        { name: 'latency', weight: 0.4 },
      ],
    },
  },
};

test.beforeAll(async ({ browserName: _ }, { project: __ }) => {
  const { createApi } = await import('../demo/stack/api.ts');
  await createApi(stack.url, process.env.SLIPWAY_E2E_TOKEN ?? '').put('/plans/story', MANUAL);
});

test('a wrong password gets the same answer as an unknown person', async ({ page }) => {
  const answers: string[] = [];
  for (const email of ['admin@slipway.local', 'nobody@slipway.local']) {
    await page.goto(`${stack.url}/login`);
    await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const alert = page.getByRole('alert').filter({ hasText: /\w/ });
    await expect(alert.first()).toBeVisible();
    answers.push((await alert.first().textContent()) ?? '');
  }
  expect(answers[0]).toBe(answers[1]);
});

test('nobody sees a page without signing in', async ({ page }) => {
  for (const path of ['/', '/releases', '/services', '/plans', '/agents']) {
    await page.goto(`${stack.url}${path}`);
    await expect(page).toHaveURL(/login/);
  }
});

test('a person starts a release, sees both lines move, advances, pauses, resumes and rolls back', async ({
  admin: page,
  releases,
}) => {
  await releases.makeRoom();
  await page.goto(`${stack.url}/releases?start=yes`);
  const panel = page.getByRole('dialog');
  const choose = async (label: string, option: RegExp) => {
    await panel
      .getByRole('combobox', { name: label })
      .or(panel.getByRole('textbox', { name: label }))
      .first()
      .click();
    await page.getByRole('option', { name: option }).first().click();
  };
  await choose('Service', /shop/i);
  await choose('Environment', /production/i);
  await choose('Version', /^1\.4\.0/);
  await choose('Plan', /story/);
  await panel.getByRole('button', { name: 'Start 1.4.0' }).click();
  await expect(page).toHaveURL(/\/releases\/[0-9a-f-]{36}/);
  const id = page.url().split('/').at(-1)?.split('?')[0] ?? '';

  // Both routers were asked, confirmed, and count requests that split as asked.
  await expect(page.getByRole('heading', { level: 1 })).toContainText('shop 1.4.0 is at 10 %');
  await expect
    .poll(
      async () =>
        (await releases.get(id)).targets.every(
          ({ progress, share }) => progress === 'seen' && share.seenRequests > 200,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  for (const { share } of (await releases.get(id)).targets) {
    const allowed = 5 * Math.sqrt((0.1 * 0.9) / share.seenRequests) * 100 + 0.2;
    expect(Math.abs((share.seen ?? 0) - 10)).toBeLessThanOrEqual(allowed);
  }

  // Canary and baseline are drawn, and the lines grow without a reload.
  const chart = page
    .getByRole('figure')
    .filter({ hasText: /error rate/i })
    .first();
  const line = chart.locator('path.recharts-curve').first();
  await expect(line).toBeVisible({ timeout: 30_000 });
  const before = await line.getAttribute('d');
  await expect.poll(() => line.getAttribute('d'), { timeout: 30_000 }).not.toBe(before);

  const act = async (button: RegExp) => {
    await page.getByRole('button', { name: button }).first().click();
    await page
      .getByRole('form', { name: /Confirm/ })
      .getByRole('button', { name: button })
      .click();
  };
  await act(/^Advance to 50 %/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('50 %', { timeout: 30_000 });
  await expect
    .poll(
      async () =>
        (await releases.get(id)).targets.every(({ share }) => share.wanted === 50 && share.seen !== null),
      { timeout: 60_000 },
    )
    .toBe(true);

  await act(/^Pause at 50 %/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('paused by');
  await act(/^Resume at 50 %/);
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('paused by');

  await act(/^Roll back to 0 %/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('was rolled back', { timeout: 60_000 });
  expect((await releases.get(id)).outcome).toBe('rolled-back');
});

test('a version with three times the errors rolls back by itself and says why', async ({
  admin: page,
  releases,
}) => {
  test.setTimeout(420_000);
  const id = await releases.start('1.5.0-bad', 'shop-canary');
  await page.goto(`${stack.url}/releases/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('was rolled back', {
    timeout: 360_000,
  });
  await expect(page.getByText(/errors: canary [\d.]+ % against [\d.]+ %/).first()).toBeVisible();
  const { targets } = await releases.get(id);
  expect(targets.map(({ share }) => share.wanted)).toEqual(targets.map(() => 0));
});

test('a viewer sees every action refused, with the reason', async ({ viewer: page, releases, api }) => {
  const id = await releases.start('1.4.0', 'story');
  await page.goto(`${stack.url}/releases/${id}`);
  for (const name of [/^Advance/, /^Pause/, /^Roll back/]) {
    const button = page.getByRole('button', { name }).first();
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(/Your role is viewer; this needs the role operator/);
  }
  // The API says no as well, in the same words, whatever the page allows.
  const answer = await page.request.post(`${stack.url}/api/v1/releases/${id}/rollback`, {
    data: {},
    headers: { origin: stack.url },
  });
  expect(answer.status()).toBe(403);
  expect(await answer.json()).toMatchObject({
    reason: 'not-allowed',
    detail: expect.stringContaining('Your role is viewer'),
  });
  await api.post(`/releases/${id}/cancel`, {});
});

test('another site cannot act with the cookie of a person who is signed in', async ({
  admin: page,
  releases,
}) => {
  const id = await releases.start('1.4.0', 'story');
  const answer = await page.request.post(`${stack.url}/api/v1/releases/${id}/rollback`, {
    data: {},
    headers: { origin: 'https://evil.example' },
  });
  expect(answer.status()).toBe(403);
  expect(await answer.json()).toMatchObject({ reason: 'foreign-origin' });
});

test('the plan editor names a mistake by its path while it is being made', async ({ admin: page }) => {
  await page.goto(`${stack.url}/plans/story`);
  const editor = page.locator('.cm-content').first();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(
    'apiVersion: slipway/v1\nkind: Plan\nmetadata: { name: story }\nspec:\n  strategy: canary\n  stages:\n    - { name: a, share: 25 }\n    - { name: b, share: 5 }\n',
  );
  await expect(page.getByText('spec.stages[1].share').first()).toBeVisible();
  await expect(page.getByText(/shares must rise/).first()).toBeVisible();
});

const PAGES = [
  '/',
  '/releases',
  '/reviews',
  '/reviews/periods',
  '/services',
  '/plans',
  '/plans/shop-canary',
  '/insights',
  '/environments',
  '/agents',
];
for (const path of PAGES)
  for (const [width, scheme] of [
    [360, 'dark'],
    [1440, 'light'],
  ] as const)
    test(`${path} fits ${width} px in ${scheme} without an error`, async ({ admin: page }) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${stack.url}${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
    });

test('a theme chosen by hand holds on every page, and none of them is drawn twice for it', async ({
  admin: page,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${stack.url}/`);
  await page.getByRole('button', { name: 'Use the dark theme' }).first().click();
  for (const path of PAGES) {
    await page.goto(`${stack.url}${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  }
  expect(errors).toEqual([]);
});
