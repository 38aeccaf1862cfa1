/**
 * `npm run bench:live`: from an agent's reading of a service to the changed line on a page in Chromium. The reading is
 * a real agent's, with counts made here; the page is the release page of a production server. Samples by argument.
 */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright';
import { z } from 'zod';
import { Agent } from '../agent/src/agent.ts';
import { enrol } from '../agent/src/enrol.ts';
import { loadIdentity } from '../agent/src/identity.ts';
import { createLog } from '../agent/src/log.ts';
import type { TrackCounts } from '../agent/src/metrics/source.ts';
import { TIMING } from '../agent/src/timing.ts';
import { figuresOf, figuresText, machineText } from './harness/figures.ts';
import { EMAIL, startServer } from './harness/server.ts';
import { variableParts } from './harness/variable-parts.ts';

const SAMPLES = Number(process.argv[2] ?? 60);
const EVERY_MS = 2_000;
const id = z.object({ id: z.string() });

const plan = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'live' },
  spec: {
    strategy: 'canary',
    stages: [{ name: 'first', share: 10, gate: 'manual' }],
    analysis: {
      every: '2s',
      metrics: [
        { name: 'errors', weight: 0.5 },
        { name: 'latency', weight: 0.5 },
      ],
    },
  },
};

const server = await startServer();
const closing: (() => Promise<unknown>)[] = [server.close];
try {
  const { api } = server;
  await api.put('/environments/bench', { name: 'Bench', tier: 'production', rank: 10 });
  await api.put('/clusters/measured', { name: 'Measured', environment: 'bench' });
  await api.put('/services/shop', {
    name: 'Shop',
    metrics: [
      { name: 'errors', kind: 'errors' },
      { name: 'latency', kind: 'latency' },
    ],
  });
  await api.put('/services/shop/versions/2.0.0', { digest: `sha256:${'ab'.repeat(32)}` });
  await api.put('/plans/live', plan);

  const readings: number[] = [];
  const read = async () => {
    const at = Date.now();
    readings.push(at);
    // Every reading differs from the one before, so that every one of them has to move the line.
    const requests = 100 + (readings.length % 7) * 10;
    const counts: TrackCounts = {
      requests,
      errors: readings.length % 5,
      latency: [requests - 10, 10, 0],
      counts: {},
    };
    return {
      at,
      seconds: EVERY_MS / 1_000,
      tracks: { canary: counts, baseline: counts },
      edges: [0.05, 0.1],
      queries: {},
      problem: null,
    };
  };
  const parts = variableParts({ everySeconds: EVERY_MS / 1_000, read });
  const stateDir = `${server.directory}/agent`;
  const { token } = z
    .object({ token: z.string() })
    .parse(await api.post('/clusters/measured/enrolments', {}));
  const identity = await enrol(loadIdentity(stateDir), {
    server: server.url,
    cluster: 'measured',
    token,
    stateDir,
  });
  const agent = await Agent.start({
    server: server.url,
    stateDir,
    identity,
    allow: 'local',
    parts,
    version: 'bench',
    timing: TIMING,
    log: createLog('error'),
  });
  closing.push(() => agent.stop());
  await wait(3_000);
  await api.put('/targets/shop/measured', {
    router: {
      driver: 'embedded',
      listen: '127.0.0.1:0',
      baseline: ['http://127.0.0.1:9'],
      canary: ['http://127.0.0.1:9'],
    },
    source: {
      driver: 'scrape',
      endpoints: { baseline: ['http://127.0.0.1:9'], canary: ['http://127.0.0.1:9'] },
      metrics: { requests: 'r', errors: 'e', latency: 'l_bucket' },
    },
  });
  const release = id.parse(
    await api.post('/releases', { service: 'shop', environment: 'bench', version: '2.0.0', plan: 'live' }),
  );

  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => existsSync(path),
  );
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  closing.push(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${server.url}/login`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(EMAIL);
  await page.getByRole('textbox', { name: 'Password' }).fill(server.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.includes('login'));
  await page.goto(`${server.url}/releases/${release.id}`);
  await page.locator('figure path.recharts-curve').first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => {
    const marks: number[] = [];
    Object.assign(globalThis, { marks });
    // The chart may change its line or draw a new one; the readout's clock beside it must not count.
    const observer = new MutationObserver((records) => {
      const nodes = records.flatMap(({ target, addedNodes }) => [target, ...addedNodes]);
      if (nodes.some((node) => node instanceof SVGElement && node.closest('figure') !== null))
        marks.push(Date.now());
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['d'],
    });
  });
  const from = readings.length;
  await wait(SAMPLES * EVERY_MS);
  const { verdict } = z
    .object({ verdict: z.object({ sentence: z.string() }).nullable() })
    .parse(await api.get(`/releases/${release.id}`));
  const marks = z.array(z.number()).parse(await page.evaluate(() => Reflect.get(globalThis, 'marks')));
  const delays = readings
    .slice(from, -1)
    .map((at) => (marks.find((mark) => mark >= at) ?? Number.POSITIVE_INFINITY) - at);
  const seen = delays.filter((delay) => delay < EVERY_MS);
  process.stdout.write(
    `${machineText()}\n${seen.length} of ${delays.length} readings moved the line before the next one; the verdict: ${verdict?.sentence ?? 'none'}\n`,
  );
  process.stdout.write(`${figuresText('reading to line on the page', figuresOf(delays))}\n`);
} finally {
  for (const close of closing.reverse()) await close();
}
