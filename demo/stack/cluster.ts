/** One cluster of the demo: two tracks of the shop, a router in front of them, and the agent that drives both. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { z } from 'zod';
import type { Api } from './api.ts';
import type { Children } from './children.ts';
import { BASELINE_VERSION, SERVICE } from './documents.ts';
import { haproxyConfig } from './haproxy.ts';
import type { ClusterState } from './state.ts';

export type ClusterPlace = { directory: string; socket: string };
type Stack = { root: string; server: string; children: Children; onExit: (name: string) => void };

export const placeOf = (directory: string, cluster: ClusterState): ClusterPlace => ({
  directory: `${directory}/${cluster.slug}`,
  socket: `${directory}/${cluster.slug}/haproxy.sock`,
});

/** Only these know beforehand which version they are about. */
const VERSIONED = ['start', 'check'];

/** The command that runs one of the operator's scripts, with placeholders where the agent fills them in. */
const controlArgv = (
  root: string,
  place: ClusterPlace,
  cluster: ClusterState,
  verb: string,
  track: string,
  version: string | null,
): string[] => [
  process.execPath,
  '--import',
  'tsx',
  `${root}/demo/stack/control.ts`,
  verb,
  `--directory=${place.directory}/shop`,
  `--baseline-port=${cluster.stablePort}`,
  `--canary-port=${cluster.canaryPort}`,
  `--track=${track}`,
  ...(version === null ? [] : [`--version=${version}`]),
];

/** Starts the version in charge, unless one runs there already. */
export const startBaseline = (stack: Stack, place: ClusterPlace, cluster: ClusterState): void => {
  if (existsSync(`${place.directory}/agent/journal`)) return;
  const argv = controlArgv(stack.root, place, cluster, 'start', 'baseline', BASELINE_VERSION);
  stack.children.start(`${cluster.slug}-baseline`, argv, { cwd: stack.root });
};

export const startRouter = (
  stack: Stack,
  place: ClusterPlace,
  cluster: ClusterState,
  haproxy: string,
): void => {
  mkdirSync(place.directory, { recursive: true });
  writeFileSync(`${place.directory}/haproxy.cfg`, haproxyConfig(cluster, place.socket));
  stack.children.start(`${cluster.slug}-haproxy`, [haproxy, '-db', '-f', `${place.directory}/haproxy.cfg`], {
    cwd: stack.root,
    onExit: () => stack.onExit(`${cluster.slug}-haproxy`),
  });
};

/** Enrols the agent with a one-time token the first time, and starts it. */
export const startAgent = async (
  stack: Stack,
  place: ClusterPlace,
  cluster: ClusterState,
  api: Api,
): Promise<void> => {
  mkdirSync(place.directory, { recursive: true });
  const config = `${place.directory}/agent.yaml`;
  writeFileSync(config, dump(agentConfig(stack, place, cluster)), { mode: 0o600 });
  const argv = [process.execPath, `${stack.root}/agent/bin/slipway.mjs`, 'agent', 'run', '--config', config];
  if (!cluster.enrolled) argv.push('--token', await enrolmentToken(api, cluster));
  stack.children.start(`${cluster.slug}-agent`, argv, {
    cwd: stack.root,
    onExit: () => stack.onExit(`${cluster.slug}-agent`),
  });
};

const enrolmentToken = async (api: Api, cluster: ClusterState): Promise<string> =>
  z.object({ token: z.string() }).parse(await api.post(`/clusters/${cluster.slug}/enrolments`, {})).token;

const agentConfig = (stack: Stack, place: ClusterPlace, cluster: ClusterState): Record<string, unknown> => {
  const command = (verb: string, timeoutSeconds: number) => ({
    argv: controlArgv(
      stack.root,
      place,
      cluster,
      verb,
      '{track}',
      VERSIONED.includes(verb) ? '{version}' : null,
    ),
    directory: stack.root,
    timeoutSeconds,
  });
  return {
    server: stack.server,
    cluster: cluster.slug,
    state: `${place.directory}/agent`,
    allow: {
      haproxySockets: [`unix:${place.socket}`],
      urls: [cluster.routerPort, cluster.stablePort, cluster.canaryPort].map(
        (port) => `http://127.0.0.1:${port}`,
      ),
      commands: {
        [SERVICE]: {
          start: command('start', 30),
          stop: command('stop', 30),
          check: command('check', 30),
          status: command('status', 10),
        },
      },
    },
  };
};
