/**
 * `npm run bench:history [-- --rounds 20] [--seed 100000 --samples 10000000]`: how long the list of releases and the page of one
 * take at the server, over HTTP, on the database that `seed:history` filled (DATABASE_URL, or SLIPWAY_DATA_DIR's own).
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { env } from '../lib/env.ts';
import { figuresOf, figuresText, machineText } from './harness/figures.ts';
import { type BenchServer, root, startServer } from './harness/server.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    samples: { type: 'string', default: '0' },
  },
});
const ROUNDS = Number(values.rounds);
const LIST_MS_MAX = 200;
const PAGE_MS_MAX = 150;
const PAGES = 40;

const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
const rowSchema = z.object({ id: z.string(), version: z.string(), service: z.string() });
const listSchema = z.object({
  items: z.array(rowSchema),
  next: z.string().nullable(),
  total: z.object({ count: z.number(), exact: z.boolean() }),
});

/** What people ask; the version is one that exists. */
const questions = (version: string): Record<string, Record<string, string>> => ({
  everything: {},
  'everything, 200 a page': { limit: '200' },
  'one service': { service: 'seed-checkout-api' },
  'one environment': { environment: 'seed-eu' },
  released: { outcome: 'released' },
  'rolled back': { outcome: 'rolled-back' },
  cancelled: { outcome: 'cancelled' },
  'in progress': { state: 'active' },
  finished: { state: 'finished' },
  'one person': { person: 'Ada (seed)' },
  'one version': { version },
  'one plan': { plan: 'seed-quick' },
  'last 30 days': { from: day(30) },
  'a week a year ago': { from: day(372), to: day(365) },
  'service and outcome': { service: 'seed-checkout-api', outcome: 'cancelled' },
  'service, environment, person': {
    service: 'seed-search-web',
    environment: 'seed-us',
    person: 'Kim (seed)',
  },
  'person, outcome, last year': { person: 'Zoe (seed)', outcome: 'rolled-back', from: day(365) },
  'a common word': { q: 'release' },
  'words of a reason': { q: 'payment provider' },
  'words of a verdict': { q: 'errors canary' },
  'a rare word': { q: 'complaints' },
  'part of a version': { q: version.slice(0, -1) },
  'two letters': { q: 'ab' },
  'words that nobody said': { q: 'zeppelin' },
  'word, service, outcome': { q: 'limit', service: 'seed-mail-worker', outcome: 'rolled-back' },
  'words and person': { q: 'search', person: 'Omar (seed)' },
  contradiction: { state: 'active', outcome: 'released' },
});

const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> => {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
};
const say = (text: string) => process.stdout.write(`${text}\n`);

const list = async ({ api }: BenchServer, query: Record<string, string>) =>
  listSchema.parse(await api.get(`/releases?${new URLSearchParams(query)}`));

const measureLists = async (server: BenchServer, version: string): Promise<number[]> => {
  const worst: number[] = [];
  for (const [name, query] of Object.entries(questions(version))) {
    const first = await list(server, query);
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) took.push((await timed(() => list(server, query))).ms);
    const figures = figuresOf(took);
    worst.push(figures.p95);
    say(`${figuresText(name, figures)}   ${first.total.exact ? '' : 'about '}${first.total.count}`);
  }
  return worst;
};

const deepPages = async (server: BenchServer): Promise<number[]> => {
  const took: number[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { ms, value } = await timed(() => list(server, { limit: '200', ...(cursor ? { cursor } : {}) }));
    took.push(ms);
    cursor = value.next;
    if (cursor === null) break;
  }
  return took;
};

/** What the page of a release asks for, all at once as the page does. */
const measurePages = async (server: BenchServer, ids: readonly string[]): Promise<number[]> => {
  const took: number[] = [];
  for (const id of ids) {
    const parts = ['', '/events', '/samples'].map((part) => `/releases/${id}${part}`);
    took.push((await timed(() => Promise.all(parts.map((path) => server.api.get(path))))).ms);
  }
  return took;
};

if (values.seed !== undefined) {
  const args = [
    '--import',
    'tsx',
    'bench/history/seed.ts',
    '--releases',
    values.seed,
    '--samples',
    values.samples,
  ];
  const seeded = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (seeded.status !== 0) process.exit(seeded.status ?? 1);
}
const server = await startServer(env().dataDirectory);
try {
  say(machineText());
  const newest = await list(server, { limit: '200' });
  const sample = newest.items[17];
  if (!sample) throw new Error('there is no history yet: say --seed 100000, or run seed:history first');
  const old = await list(server, { limit: '200', to: day(400) });
  say(`${newest.total.exact ? '' : 'about '}${newest.total.count} releases, ${ROUNDS} rounds each`);
  const lists = await measureLists(server, sample.version);
  const deep = figuresOf(await deepPages(server));
  say(figuresText('page after page, 200 each', deep));
  const ids = [...newest.items, ...old.items].map(({ id }) => id);
  await measurePages(server, ids.slice(0, 10));
  const page = figuresOf(await measurePages(server, ids));
  say(figuresText('release with events and samples', page));
  const slowest = Math.max(...lists, deep.p95);
  say(
    `slowest p95 of a list ${slowest.toFixed(1)} ms (at most ${LIST_MS_MAX}), of a release ${page.p95.toFixed(1)} ms (at most ${PAGE_MS_MAX})`,
  );
  if (slowest > LIST_MS_MAX || page.p95 > PAGE_MS_MAX) process.exitCode = 1;
} finally {
  await server.close();
}
