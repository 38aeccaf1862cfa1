import { type Driver, DriverError, type RouterReading } from '../driver.ts';
import type { EmbeddedConfig } from './config.ts';
import { type RunningProxy, startProxy } from './proxy.ts';

/**
 * The agent's own weighted, sticky reverse proxy, for machines without a router. It starts with all traffic on the
 * baseline; the agent applies the last wish again after its own restart.
 */
export const createEmbeddedDriver = (config: EmbeddedConfig): Driver => {
  let starting: Promise<RunningProxy> | null = null;
  let wished: number | null = null;
  let counted = { canary: 0, baseline: 0 };

  const proxy = (): Promise<RunningProxy> => {
    starting ??= startProxy(config).catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  };

  const read = (running: RunningProxy): RouterReading => {
    const canary = running.requests.canary - counted.canary;
    const all = canary + running.requests.baseline - counted.baseline;
    return {
      setBasisPoints: running.basisPoints,
      seenBasisPoints: all > 0 ? Math.round((canary / all) * 10_000) : null,
      seenRequests: all,
      confirmed: wished === null ? 'unknown' : wished === running.basisPoints ? 'yes' : 'no',
      identity: `embedded on ${config.listen} process ${process.pid}`,
      problem: null,
    };
  };

  const apply = async (basisPoints: number, signal: AbortSignal): Promise<RouterReading> => {
    const running = await proxy();
    if (signal.aborted) throw new DriverError('router: given up, a newer wish came');
    running.basisPoints = basisPoints;
    wished = basisPoints;
    counted = { ...running.requests };
    return read(running);
  };

  return {
    apply: ({ basisPoints }, signal) => apply(basisPoints, signal),
    observe: async () => {
      try {
        return read(await proxy());
      } catch (error) {
        const problem = error instanceof Error ? error.message : 'the proxy did not start';
        return {
          setBasisPoints: null,
          seenBasisPoints: null,
          seenRequests: 0,
          confirmed: 'unknown',
          identity: null,
          problem,
        };
      }
    },
    restore: (signal) => apply(0, signal),
    describe: async ({ basisPoints }) => {
      const running = await proxy();
      return `proxy on ${config.listen}: canary share ${running.basisPoints / 100} % → ${basisPoints / 100} %`;
    },
    close: async () => {
      await (await starting)?.close();
      starting = null;
    },
  };
};
