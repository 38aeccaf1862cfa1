/** One measured cluster with a real HAProxy, a real shop and a real agent process, beside a fleet of other agents. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type RunningHaproxy, startHaproxy } from '../../agent/src/drivers/testing/start-haproxy.ts';
import { spawnShop } from '../../demo/shop/spawn-shop.ts';
import { shopVersions } from '../../demo/shop/versions.ts';
import { type BenchServer, end, root } from './server.ts';

export type MeasuredStack = { haproxy: RunningHaproxy; close: () => Promise<void> };

const enrolment = async ({ api }: BenchServer, cluster: string): Promise<string> =>
  z.object({ token: z.string() }).parse(await api.post(`/clusters/${cluster}/enrolments`, {})).token;

const METRICS = {
  requests: 'http_requests_total',
  errors: 'http_requests_total{code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket',
};

/** Declares service `shop` in environment `bench` and starts everything behind its one target. `plan` is its document. */
export const startMeasured = async (
  server: BenchServer,
  plan: Record<string, unknown>,
  every = '1s',
): Promise<MeasuredStack> => {
  const { api } = server;
  const baseline = await spawnShop(['--version', '1.3.0', '--track', 'baseline', '--port', '0']);
  const canary = await spawnShop(['--version', '1.4.0', '--track', 'canary', '--port', '0']);
  const haproxy = await startHaproxy({ baseline: baseline.listening, canary: canary.listening });
  await api.put('/environments/bench', { name: 'Bench', tier: 'production', rank: 10 });
  await api.put('/clusters/measured', { name: 'Measured', environment: 'bench' });
  await api.put('/services/shop', {
    name: 'Shop',
    metrics: [
      { name: 'errors', kind: 'errors' },
      { name: 'latency', kind: 'latency' },
    ],
  });
  for (const { version, digest } of shopVersions)
    await api.put(`/services/shop/versions/${version}`, { digest });
  await api.put('/plans/bench', plan);
  const argv = [
    'agent/bin/slipway.mjs',
    'agent',
    'run',
    '--server',
    server.url,
    '--cluster',
    'measured',
    '--state',
    `${server.directory}/agent`,
  ];
  const agent = spawn(
    process.execPath,
    [...argv, '--token', await enrolment(server, 'measured'), '--log', 'warn'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await connected(server, 1);
  await api.put('/targets/shop/measured', {
    router: {
      driver: 'haproxy',
      socket: haproxy.socket,
      backend: 'shop',
      baseline: ['stable'],
      canary: ['canary'],
    },
    source: {
      driver: 'scrape',
      every,
      endpoints: { baseline: [`${baseline.url}/metrics`], canary: [`${canary.url}/metrics`] },
      metrics: METRICS,
    },
    workload: { driver: 'none' },
  });
  return {
    haproxy,
    close: async () => {
      await end(agent);
      await haproxy.close();
      await baseline.stop();
      await canary.stop();
    },
  };
};

/** `agents` further clusters, each with an agent that sends `rowsPerSecond` sample rows. */
export const startFleet = async (
  server: BenchServer,
  agents: number,
  rowsPerSecond: number,
): Promise<{ close: () => Promise<void> }> => {
  const { api } = server;
  await api.put('/services/fleet', {
    name: 'Fleet',
    metrics: [
      { name: 'errors', kind: 'errors' },
      { name: 'latency', kind: 'latency' },
    ],
  });
  const lines: string[] = [];
  for (let index = 0; index < agents; index += 1) {
    await api.put(`/clusters/fleet-${index}`, { name: `Fleet ${index}`, environment: 'bench' });
    lines.push(`fleet-${index} ${await enrolment(server, `fleet-${index}`)}`);
  }
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'bench/harness/fleet.ts',
      server.url,
      String(rowsPerSecond),
      `${server.directory}/fleet`,
    ],
    {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  child.stdin.end(`${lines.join('\n')}\n`);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', () => resolve());
    child.once('exit', (code) => reject(new Error(`the fleet ended with ${code}`)));
  });
  await connected(server, agents + 1);
  for (let index = 0; index < agents; index += 1)
    await api.put(`/targets/fleet/fleet-${index}`, {
      router: {
        driver: 'embedded',
        listen: '127.0.0.1:0',
        baseline: ['http://127.0.0.1:9'],
        canary: ['http://127.0.0.1:9'],
      },
      source: {
        driver: 'scrape',
        endpoints: { baseline: ['http://127.0.0.1:9'], canary: ['http://127.0.0.1:9'] },
        metrics: METRICS,
      },
    });
  return { close: () => end(child) };
};

const agentsSchema = z.object({ items: z.array(z.object({ connected: z.boolean() })) });

const connected = async ({ api }: BenchServer, count: number): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    const { items } = agentsSchema.parse(await api.get('/agents?limit=200'));
    if (items.filter((agent) => agent.connected).length >= count) return;
    await wait(100);
  }
  throw new Error(`${count} agents did not connect within 30 s`);
};
