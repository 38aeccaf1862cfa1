import { z } from 'zod';
import { expect, stack, test } from './fixtures.ts';

const PLAN = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'review-story', service: 'shop' },
  spec: {
    strategy: 'canary',
    stages: [
      { name: 'first', share: 10, gate: 'manual' },
      { name: 'all', share: 100, watch: '1h' },
    ],
    analysis: { warmup: '5s', every: '2s', metrics: [{ name: 'errors', weight: 1 }] },
  },
};

const retrospectiveSchema = z.object({ id: z.string(), draftedAt: z.string(), draftedBy: z.string() });

/** Titles of the outline that a tagged PDF carries: the headings that are on its pages. */
const titlesOf = (pdf: Buffer): string[] =>
  [...pdf.toString('latin1').matchAll(/\/Title \(([^)]*)\)/g)].map(([, title]) => title ?? '');

test('a rollback has its retrospective within ten seconds; it is worked on, exported and printed', async ({
  admin: page,
  api,
  releases,
}) => {
  await api.put('/plans/review-story', PLAN);
  const release = await releases.start('1.4.0', 'review-story');
  await expect
    .poll(async () => (await releases.get(release)).targets.every(({ progress }) => progress !== 'queued'), {
      timeout: 60_000,
    })
    .toBe(true);
  await api.post(`/releases/${release}/rollback`, { reason: 'the phones ring' });
  await expect
    .poll(async () => (await releases.get(release)).outcome, { timeout: 60_000 })
    .toBe('rolled-back');
  const { finishedAt } = z.object({ finishedAt: z.string() }).parse(await api.get(`/releases/${release}`));
  const read = async () =>
    retrospectiveSchema.safeParse(await api.get(`/releases/${release}/retrospective`).catch(() => null))
      .data ?? null;
  await expect.poll(read, { timeout: 60_000 }).not.toBeNull();
  const drafted = retrospectiveSchema.parse(await read());
  expect(drafted.draftedBy).toBe('Slipway');
  expect(Date.parse(drafted.draftedAt) - Date.parse(finishedAt)).toBeLessThan(10_000);

  await page.goto(`${stack.url}/releases/${release}`);
  await page.getByRole('link', { name: 'Read the retrospective' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Shop 1.4.0: rolled back');
  await expect(page.getByText('“the phones ring”').first()).toBeVisible();
  await page.getByLabel('What contributed').fill('Nobody watched the **phones**');
  await page.getByRole('button', { name: 'Add the factor' }).click();
  await expect(page.locator('#factors strong')).toHaveText('phones');
  await page.getByLabel('What is to be done').fill('Count calls');
  await page.getByRole('textbox', { name: 'Due date' }).fill('2026-01-01');
  await page.getByRole('button', { name: 'Add the action item' }).click();
  await expect(page.locator('#actions').getByText('overdue')).toBeVisible();
  await page.getByRole('button', { name: 'Add a note here' }).nth(1).click();
  await page.getByLabel('Note', { exact: true }).fill('A customer called at that moment');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await expect(page.locator('#timeline').getByText('A customer called at that moment')).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Markdown' }).click();
  expect((await download).suggestedFilename()).toBe(`retrospective-${drafted.id}.md`);

  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true, outline: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  for (const title of ['Summary', 'Impact', 'Timeline', 'Decisions', 'Contributing factors', 'Action items'])
    expect(titlesOf(pdf)).toContain(title);
  expect(titlesOf(pdf)).not.toContain('Comments');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Add the factor' })).toBeHidden();
  await expect(page.getByText('A customer called at that moment')).toBeVisible();
  await page.emulateMedia({ media: null });

  await page.goto(`${stack.url}/reviews`);
  await expect(page.locator('#overdue').getByText('Count calls')).toBeVisible();
  await page.goto(`${stack.url}/reviews/periods`);
  await expect(page.locator('#stopped').getByRole('link', { name: 'Shop 1.4.0' }).first()).toBeVisible();
});
