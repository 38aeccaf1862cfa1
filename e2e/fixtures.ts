import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { z } from 'zod';
import { type Api, createApi } from '../demo/stack/api.ts';

const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the global set-up starts the stack and sets it`);
  return value;
};

export const stack = {
  get url() {
    return need('SLIPWAY_E2E_URL');
  },
  get password() {
    return need('SLIPWAY_E2E_PASSWORD');
  },
  get directory() {
    return need('SLIPWAY_E2E_DIR');
  },
};

const releaseSchema = z.object({
  id: z.string(),
  state: z.string(),
  outcome: z.string().nullable(),
  targets: z.array(
    z.object({
      cluster: z.string(),
      progress: z.string(),
      share: z.object({ wanted: z.number(), seen: z.number().nullable(), seenRequests: z.number() }),
    }),
  ),
});
export type Release = z.infer<typeof releaseSchema>;

export class Releases {
  readonly #api: Api;
  constructor(api: Api) {
    this.#api = api;
  }

  async get(id: string): Promise<Release> {
    return releaseSchema.parse(await this.#api.get(`/releases/${id}`));
  }

  /** Ends whatever is active, so that a story begins with a free service. */
  async makeRoom(): Promise<void> {
    const active = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await this.#api.get('/releases?state=active')).items;
    for (const { id } of active) {
      await this.#api.post(`/releases/${id}/cancel`, { reason: 'room for the next story' });
      await expect.poll(async () => (await this.get(id)).outcome, { timeout: 60_000 }).not.toBeNull();
    }
  }

  async start(version: string, plan: string): Promise<string> {
    await this.makeRoom();
    const body = { service: 'shop', environment: 'production', version, plan, reason: 'a story' };
    return z.object({ id: z.string() }).parse(await this.#api.post('/releases', body)).id;
  }
}

export const signIn = async (page: Page, email: string, password: string): Promise<void> => {
  await page.goto(`${stack.url}/login`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/login/);
};

type Fixtures = { api: Api; releases: Releases; admin: Page; viewer: Page };

const VIEWER = {
  email: 'viewer@slipway.local',
  name: 'Vera Viewer',
  role: 'viewer',
  password: 'only looks, never touches',
};

const signedIn = async (context: BrowserContext, email: string, password: string): Promise<Page> => {
  const page = await context.newPage();
  await signIn(page, email, password);
  return page;
};

export const test = base.extend<Fixtures>({
  api: async ({ browserName: _ }, use) => use(createApi(stack.url, need('SLIPWAY_E2E_TOKEN'))),
  releases: async ({ api }, use) => use(new Releases(api)),
  admin: async ({ context }, use) => use(await signedIn(context, 'admin@slipway.local', stack.password)),
  viewer: async ({ browser, api }, use) => {
    await api.post('/users', VIEWER).catch(() => undefined);
    const context = await browser.newContext();
    await use(await signedIn(context, VIEWER.email, VIEWER.password));
    await context.close();
  },
});

export { expect };
