/**
 * The demo: a server, two clusters with routers and agents, a shop with real traffic, and a release in progress.
 * Everything is a real process; everything is stopped on Ctrl-C; a second start goes on with the same data.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Api, ApiError, createApi } from './stack/api.ts';
import { Children } from './stack/children.ts';
import { placeOf, startAgent, startBaseline, startRouter } from './stack/cluster.ts';
import * as documents from './stack/documents.ts';
import { type DemoState, loadState, saveState } from './stack/state.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const data = resolve(root, process.env.SLIPWAY_DATA_DIR ?? '.slipway');
const directory = `${data}/demo`;
const port = process.env.PORT ?? '3000';
const server = `http://localhost:${port}`;
const haproxy = process.env.SLIPWAY_DEMO_HAPROXY ?? '';
const started = performance.now();

const say = (text: string) =>
  process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${text}\n`);
mkdirSync(`${directory}/logs`, { recursive: true, mode: 0o700 });
const children = new Children(`${directory}/logs`);

let stopping: Promise<void> | null = null;
const stop = (code: number): Promise<void> => {
  stopping ??= (async () => {
    process.stdout.write('\nstopping\n');
    await children.stopAll();
    await stopShops();
    process.exit(code);
  })();
  return stopping;
};
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

const onExit = (name: string) => {
  process.stderr.write(`${name} ended by itself; its log is ${directory}/logs/${name}.log\n`);
  void stop(1);
};

/** The shops were started by the agents' scripts and outlive the agents, as they would in a cluster. */
const stopShops = async (): Promise<void> => {
  const state = await loadState(directory);
  for (const cluster of state.clusters)
    for (const track of ['baseline', 'canary'])
      await new Promise<void>((resolve) => {
        const argv = [
          '--import',
          'tsx',
          `${root}/demo/stack/control.ts`,
          'stop',
          `--directory=${placeOf(directory, cluster).directory}/shop`,
          `--track=${track}`,
        ];
        children
          .start(`stop-${cluster.slug}-${track}`, [process.execPath, ...argv], { cwd: root })
          .process.once('exit', () => resolve());
      });
};

const until = async <T>(what: string, read: () => Promise<T | null>, seconds = 60): Promise<T> => {
  for (let tries = 0; tries < seconds * 5; tries++) {
    const found = await read().catch(() => null);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not happen within ${seconds} seconds; see ${directory}/logs`);
};

const startServer = async (state: DemoState): Promise<void> => {
  children.start('server', [process.execPath, '--import', 'tsx', `${root}/server.ts`], {
    cwd: root,
    env: {
      NODE_ENV: 'production',
      PORT: port,
      NEXTAUTH_URL: server,
      SLIPWAY_DEMO: '1',
      SLIPWAY_DATA_DIR: data,
      SLIPWAY_ADMIN_EMAIL: 'admin@slipway.local',
      SLIPWAY_ADMIN_PASSWORD: state.password,
      SLIPWAY_BOOTSTRAP_TOKEN: state.token,
    },
    onExit: () => onExit('server'),
  });
  await until('the server', async () =>
    (await fetch(`${server}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok ? true : null,
  );
};

/** Tells Slipway what there is. Safe to repeat: the same documents change nothing. */
const declare = async (api: Api, state: DemoState): Promise<void> => {
  await api.put(`/environments/${documents.ENVIRONMENT}`, documents.environmentDocument);
  await api.put(`/services/${documents.SERVICE}`, documents.serviceDocument);
  for (const { version, body } of documents.versionDocuments)
    await api.put(`/services/${documents.SERVICE}/versions/${version}`, body);
  for (const { slug, name } of state.clusters)
    await api.put(`/clusters/${slug}`, { name, environment: documents.ENVIRONMENT });
  await api.put(`/plans/${documents.PLAN}`, documents.planDocument);
};

const agentsSchema = z.object({ items: z.array(z.object({ cluster: z.string(), connected: z.boolean() })) });
const serviceSchema = z.object({
  versions: z.array(z.object({ environment: z.string(), version: z.string().nullable() })),
});
const releasesSchema = z.object({
  items: z.array(z.object({ id: z.string(), version: z.string(), outcome: z.string().nullable() })),
});

const startClusters = async (api: Api, state: DemoState): Promise<void> => {
  const stack = { root, server, children, onExit };
  for (const cluster of state.clusters) {
    const place = placeOf(directory, cluster);
    mkdirSync(`${place.directory}/shop`, { recursive: true });
    startBaseline(stack, place, cluster);
    if (haproxy) startRouter(stack, place, cluster, haproxy);
    await startAgent(stack, place, cluster, api);
  }
  await until('both agents', async () => {
    const { items } = agentsSchema.parse(await api.get('/agents'));
    return state.clusters.every(({ slug }) =>
      items.some((agent) => agent.cluster === slug && agent.connected),
    )
      ? true
      : null;
  });
  for (const cluster of state.clusters) {
    cluster.enrolled = true;
    const socket = haproxy ? placeOf(directory, cluster).socket : null;
    await until(`the target in ${cluster.slug}`, async () => {
      try {
        return await api.put(
          `/targets/${documents.SERVICE}/${cluster.slug}`,
          documents.targetDocument(cluster, socket),
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 422) return null;
        throw error;
      }
    });
  }
  await until('the version in charge', async () => {
    const { versions } = serviceSchema.parse(await api.get(`/services/${documents.SERVICE}`));
    return versions.find((entry) => entry.environment === documents.ENVIRONMENT)?.version ?? null;
  });
  saveState(directory, state);
};

const startLoad = (state: DemoState): void => {
  const urls = state.clusters.flatMap(({ routerPort }) => ['--url', `http://127.0.0.1:${routerPort}`]);
  const argv = ['--import', 'tsx', `${root}/demo/load/main.ts`, ...urls, '--rps', '200', '--users', '2000'];
  children.start('load', [process.execPath, ...argv], { cwd: root, onExit: () => onExit('load') });
};

/** Goes on with the active release, or starts a healthy version that is not in charge. */
const liveRelease = async (api: Api): Promise<string> => {
  const { items } = releasesSchema.parse(
    await api.get(`/releases?service=${documents.SERVICE}&environment=${documents.ENVIRONMENT}&limit=20`),
  );
  const active = items.find(({ outcome }) => outcome === null);
  if (active) return active.id;
  const inCharge = items.find(({ outcome }) => outcome === 'released')?.version ?? documents.BASELINE_VERSION;
  const version = inCharge === '1.4.0' ? '1.3.0' : '1.4.0';
  const body = {
    service: documents.SERVICE,
    environment: documents.ENVIRONMENT,
    version,
    plan: documents.PLAN,
    reason: 'demo',
  };
  return z.object({ id: z.string() }).parse(await api.post('/releases', body)).id;
};

/** Two demos on one directory would fight over routers and agents. */
const refuseSecond = async (): Promise<void> => {
  const answer = await fetch(`${server}/healthz`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
  if (!answer) return;
  process.stderr.write(
    `something answers on ${server} already: stop the demo that runs there, or set PORT\n`,
  );
  process.exit(1);
};

try {
  await refuseSecond();
  const state = await loadState(directory);
  const api = createApi(server, state.token);
  await startServer(state);
  say('server and database are up');
  await declare(api, state);
  say('service, environment, versions and plan are declared');
  await startClusters(api, state);
  say(`two clusters are up: shop, ${haproxy ? 'HAProxy' : 'embedded router'} and agent in each`);
  startLoad(state);
  say('traffic flows, 200 requests a second (demo data: made by a load generator, served by real processes)');
  const id = await until('a release', () => liveRelease(api));
  say('a release is in progress\n');
  process.stdout.write(
    [
      `Slipway is up   ${server}`,
      `Sign in         admin@slipway.local / ${state.password}`,
      `Live release    ${server}/releases/${id}`,
      'Break it        npm run demo:bad      (a version with 3x errors, watch it roll back)',
      '',
    ].join('\n'),
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}
