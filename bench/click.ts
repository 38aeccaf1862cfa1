/**
 * `npm run bench:click`: from the HTTP request of advance and roll back to the changed weight in a real HAProxy, with
 * 50 agents connected and 1,000 sample rows a second arriving. Rounds by argument, 100 by default: 200 clicks.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { runtimeCommand } from '../agent/src/drivers/haproxy/runtime.ts';
import { figuresOf, figuresText, machineText } from './harness/figures.ts';
import { startServer } from './harness/server.ts';
import { startFleet, startMeasured } from './harness/stack.ts';

const ROUNDS = Number(process.argv[2] ?? 100);
const AGENTS = 50;
const ROWS_PER_SECOND = 1_000;
const CHANGE_MS_MAX = 10_000;
const signal = AbortSignal.timeout(1_800_000);

const plan = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'bench' },
  spec: {
    strategy: 'canary',
    stages: [
      { name: 'first', share: 5, gate: 'manual' },
      { name: 'half', share: 50, gate: 'manual' },
      { name: 'all', share: 100, gate: 'manual' },
    ],
  },
};

const releaseSchema = z.object({
  id: z.string(),
  outcome: z.string().nullable(),
  actions: z.object({ advance: z.object({ allowed: z.boolean() }) }),
});
type Release = z.infer<typeof releaseSchema>;

const server = await startServer();
const closing: (() => Promise<void>)[] = [server.close];
try {
  const measured = await startMeasured(server, plan);
  closing.push(measured.close);
  const fleet = await startFleet(server, AGENTS - 1, ROWS_PER_SECOND / (AGENTS - 1));
  closing.push(fleet.close);
  const { api } = server;

  const weights = async (): Promise<string> =>
    (
      await runtimeCommand(
        measured.haproxy.socket,
        ['get weight shop/canary', 'get weight shop/stable'],
        signal,
      )
    ).replaceAll(/\s+/g, ' ');
  const until = async (
    read: () => Promise<Release>,
    fits: (release: Release) => boolean,
  ): Promise<Release> => {
    for (;;) {
      const release = await read();
      if (fits(release)) return release;
      await wait(5);
    }
  };
  /** Milliseconds from just before the request to the moment the weights were seen to differ, and to the answer. */
  const click = async (path: string, body: unknown): Promise<{ router: number; answer: number }> => {
    const before = await weights();
    const started = performance.now();
    const request = api.post(path, body).then(() => performance.now() - started);
    const changed = async (): Promise<number> => {
      while ((await weights()) === before) {
        if (performance.now() - started > CHANGE_MS_MAX)
          throw new Error(`${path}: the weights did not change within ${CHANGE_MS_MAX} ms`);
        await wait(0.5);
      }
      return performance.now() - started;
    };
    const [router, answer] = await Promise.all([changed(), request]);
    return { router, answer };
  };

  const [advances, rollbacks, answers]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id } = z.object({ id: z.string() }).parse(
      await api.post('/releases', {
        service: 'shop',
        environment: 'bench',
        version: '1.4.0',
        plan: 'bench',
      }),
    );
    const read = async () => releaseSchema.parse(await api.get(`/releases/${id}`));
    await until(read, (release) => release.actions.advance.allowed);
    const advance = await click(`/releases/${id}/advance`, { reason: 'bench' });
    await until(read, (release) => release.actions.advance.allowed);
    const rollback = await click(`/releases/${id}/rollback`, { reason: 'bench' });
    await until(read, (release) => release.outcome !== null);
    advances.push(advance.router);
    rollbacks.push(rollback.router);
    answers.push(advance.answer, rollback.answer);
  }
  const metrics = await (await fetch(`${server.url}/metrics`, { signal })).text();
  process.stdout.write(
    `${machineText()}\n${AGENTS} agents connected, ${ROWS_PER_SECOND} sample rows a second wanted; stored in all: ${/^slipway_samples_total (\d+)/m.exec(metrics)?.[1] ?? 'unknown'}\n`,
  );
  process.stdout.write(`${figuresText('advance: click to HAProxy', figuresOf(advances))}\n`);
  process.stdout.write(`${figuresText('roll back: click to HAProxy', figuresOf(rollbacks))}\n`);
  process.stdout.write(`${figuresText('both', figuresOf([...advances, ...rollbacks]))}\n`);
  process.stdout.write(`${figuresText('request to answer', figuresOf(answers))}\n`);
} finally {
  for (const close of closing.reverse()) await close();
}
