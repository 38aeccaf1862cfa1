import { onTestFinished, vi } from 'vitest';
import { Agent } from '../agent.ts';
import { enrol } from '../enrol.ts';
import { loadIdentity } from '../identity.ts';
import { createLog } from '../log.ts';
import type { MetricSource } from '../metrics/source.ts';
import type { Parts } from '../parts.ts';
import type { TargetConfig } from '../protocol.ts';
import { TIMING, type Timing } from '../timing.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type HttpRouter, httpDriver, startHttpRouter } from './http-router.ts';
import { memoryWorkload } from './memory-workload.ts';
import { tempDir } from './temp-dir.ts';
import { TARGET } from './wish.ts';

/** Everything an agent meets: a control plane, a router, a state directory of an enrolled agent. */
export type AgentBench = {
  plane: ControlPlane;
  router: HttpRouter;
  stateDir: string;
  logs: string[];
  /** Starts the agent of this bench; stopped when the test ends, or before by the test. */
  start(timing?: Partial<Timing>): Promise<Agent>;
};

const QUICK: Timing = {
  ...TIMING,
  heartbeatMs: 100,
  activeHeartbeatMs: 50,
  reconnectMsMin: 20,
  reconnectMsMax: 200,
  retryMsMin: 20,
  retryMsMax: 50,
  resendMsMin: 50,
  resendMsMax: 100,
  ackTimeoutMs: 500,
};

export async function agentBench(): Promise<AgentBench> {
  const plane = await startControlPlane();
  const router = await startHttpRouter();
  onTestFinished(async () => {
    await plane.close();
    await router.close();
  });
  const stateDir = tempDir();
  const input = { server: plane.url, cluster: 'eu-west', token: plane.token, stateDir };
  const identity = await enrol(loadIdentity(stateDir), input);
  plane.targets = [targetOf(router.url)];
  const logs: string[] = [];
  const start = async (timing: Partial<Timing> = {}) => {
    const agent = await Agent.start({
      server: plane.url,
      stateDir,
      identity,
      allow: 'local',
      parts: benchParts,
      version: '0.0.0-test',
      timing: { ...QUICK, ...timing },
      log: createLog('debug', (line) => logs.push(line)),
    });
    onTestFinished(() => agent.stop());
    return agent;
  };
  return { plane, router, stateDir, logs, start };
}

export function targetOf(routerUrl: string): TargetConfig {
  return {
    id: TARGET,
    service: 'shop',
    router: { driver: 'http', url: routerUrl },
    source: { driver: 'steady', everySeconds: 0.05 },
    workload: { driver: 'none' },
    metrics: [{ name: 'errors', kind: 'errors' }],
  };
}

/** Bodies of one kind of message, oldest first. */
export function heard(plane: ControlPlane, name: string): Record<string, unknown>[] {
  return plane.heard.flatMap((message) =>
    message.name === name && typeof message.body === 'object' && message.body !== null
      ? [{ ...message.body }]
      : [],
  );
}

export const until = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

const benchParts: Parts = {
  driver: ({ router }) => httpDriver(String(router.url)),
  source: ({ source }) => steadySource(Number(source.everySeconds)),
  workload: () => ({ ...memoryWorkload(), managed: false }),
  routerAddresses: ({ router }) => [String(router.url)],
  sourceAddresses: () => [],
  sourceFiles: () => [],
};

/** A service with ten requests and one error an interval on each track. */
function steadySource(everySeconds: number): MetricSource {
  const counts = () => ({ requests: 10, errors: 1, latency: [], counts: {} });
  return {
    everySeconds,
    read: async () => ({
      at: Date.now(),
      seconds: everySeconds,
      tracks: { canary: counts(), baseline: counts() },
      edges: [],
      queries: { requests: 'requests_total', errors: 'errors_total' },
      problem: null,
    }),
    check: async () => null,
    close: async () => undefined,
  };
}
