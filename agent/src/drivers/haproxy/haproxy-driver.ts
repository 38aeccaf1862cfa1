import { setTimeout as wait } from 'node:timers/promises';
import { type Driver, DriverError, type RouterReading, type RouterWish } from '../driver.ts';
import type { HaproxyConfig } from './config.ts';
import { readFineShare, writeFineShare } from './fine.ts';
import { runtimeCommand } from './runtime.ts';
import { readStats, type Side, type Stats } from './stats.ts';
import { firstSide, shareOf, type Weights, weightsFor } from './weights.ts';

/** HAProxy's own checks need a moment after a version came up; longer than this it is not up. */
const UP_SECONDS_MAX = 15;
const UP_LOOK_MS = 100;

type Counted = { pid: string; canary: number; baseline: number };

/**
 * Drives one HAProxy backend over its stats socket: server weights, or a map where the target document names one.
 * Changes live in the running process only; after a reload the reading says `no` and the agent applies again.
 */
export const createHaproxyDriver = (config: HaproxyConfig): Driver => {
  let wished: number | null = null;
  let counted: Counted | null = null;

  const apply = async ({ basisPoints }: RouterWish, signal: AbortSignal): Promise<RouterReading> => {
    const stats = basisPoints > 0 ? await untilUp(config, signal) : await readStats(config, signal);
    if (config.fine) await writeFineShare(config.socket, config.fine, basisPoints, signal);
    else await writeWeights(config, stats, basisPoints, signal);
    wished = basisPoints;
    counted = countOf(stats);
    return observe(signal);
  };

  const observe = async (signal: AbortSignal): Promise<RouterReading> => {
    try {
      const stats = await readStats(config, signal);
      const set = config.fine
        ? await readFineShare(config.socket, config.fine, signal)
        : Math.round(shareOfSides(stats));
      const restarted =
        counted !== null &&
        (counted.pid !== stats.pid ||
          counted.canary > stats.canary.requests ||
          counted.baseline > stats.baseline.requests);
      if (counted === null || restarted)
        counted = restarted ? { pid: stats.pid, canary: 0, baseline: 0 } : countOf(stats);
      return reading(stats, set, counted, wished);
    } catch (error) {
      return unreadable(error);
    }
  };

  return {
    apply,
    observe,
    restore: (signal) => apply({ generation: 0, basisPoints: 0 }, signal),
    describe: (wish, signal) => describe(config, wish, signal),
    close: async () => undefined,
  };
};

const countOf = (stats: Stats): Counted => ({
  pid: stats.pid,
  canary: stats.canary.requests,
  baseline: stats.baseline.requests,
});
const shareOfSides = ({ canary, baseline }: Stats): number => {
  const total = canary.weight + baseline.weight;
  return total === 0 ? 0 : (canary.weight / total) * 10_000;
};

/** All servers of a side carry one weight; where somebody gave them different ones, the mean stands for it. */
const weightsOf = (stats: Stats): Weights => ({
  canary: Math.round(stats.canary.weight / stats.canary.servers.length),
  baseline: Math.round(stats.baseline.weight / stats.baseline.servers.length),
});

const solve = (config: HaproxyConfig, stats: Stats, basisPoints: number): Weights => {
  const weights = weightsFor(basisPoints, config.canary.length, config.baseline.length, weightsOf(stats));
  if (weights) return weights;
  throw new DriverError(
    `router.fine: server weights (0 to 256) cannot give ${basisPoints / 100} % without missing it by more than 15 %; name a map in the target document, or use a larger share`,
  );
};

const writeWeights = async (
  config: HaproxyConfig,
  stats: Stats,
  basisPoints: number,
  signal: AbortSignal,
): Promise<void> => {
  if (stats.algorithm !== null && /^(static-rr|map-based|source|uri)/.test(stats.algorithm))
    throw new DriverError(
      `router.backend: "balance ${stats.algorithm}" takes no new weights while it runs; use balance roundrobin, leastconn or random`,
    );
  const to = solve(config, stats, basisPoints);
  const first = firstSide(weightsOf(stats), to, config.canary.length, config.baseline.length);
  const commands = [first, first === 'canary' ? ('baseline' as const) : ('canary' as const)].flatMap((side) =>
    config[side].map((server) => `set server ${config.backend}/${server} weight ${to[side]}`),
  );
  const refused = (await runtimeCommand(config.socket, commands, signal)).trim();
  if (refused !== '') throw new DriverError(`router: HAProxy refused the weights: ${refused.slice(0, 300)}`);
};

/** Traffic is given only to a side that can answer. */
const untilUp = async (config: HaproxyConfig, signal: AbortSignal): Promise<Stats> => {
  const until = performance.now() + UP_SECONDS_MAX * 1_000;
  for (;;) {
    const stats = await readStats(config, signal);
    if (stats.canary.up) return stats;
    if (performance.now() > until)
      throw new DriverError(
        `router.canary: ${sideText(stats.canary)}; HAProxy sees no server of the canary up, so it gets no traffic`,
      );
    await wait(UP_LOOK_MS, undefined, { signal });
  }
};

const sideText = (side: Side): string =>
  side.servers.map(({ name, status }) => `${name} is ${status}`).join(', ');

const reading = (stats: Stats, set: number | null, since: Counted, wished: number | null): RouterReading => {
  const canary = stats.canary.requests - since.canary;
  const all = canary + stats.baseline.requests - since.baseline;
  const down =
    set !== null && set < 10_000 && !stats.baseline.up
      ? stats.baseline
      : set !== null && set > 0 && !stats.canary.up
        ? stats.canary
        : null;
  return {
    setBasisPoints: set,
    seenBasisPoints: all > 0 ? Math.round((canary / all) * 10_000) : null,
    seenRequests: all,
    confirmed: set === null || wished === null ? 'unknown' : isReached(set, wished) ? 'yes' : 'no',
    identity: `haproxy ${stats.version} process ${stats.pid}`,
    problem: down ? `${sideText(down)}, yet it has a share of the traffic` : null,
  };
};

/** What weights can reach may miss the wish by their rounding; anything else is another share. */
const isReached = (set: number, wished: number): boolean =>
  set === wished ||
  (set > 0 &&
    set < 10_000 &&
    Math.abs(set - wished) <= Math.max(1, 0.15 * Math.min(wished, 10_000 - wished)));

const unreadable = (error: unknown): RouterReading => ({
  setBasisPoints: null,
  seenBasisPoints: null,
  seenRequests: 0,
  confirmed: 'unknown',
  identity: null,
  problem: error instanceof Error ? error.message.slice(0, 500) : 'the router cannot be read',
});

const describe = async (
  config: HaproxyConfig,
  { basisPoints }: RouterWish,
  signal: AbortSignal,
): Promise<string> => {
  const stats = await readStats(config, signal);
  if (config.fine)
    return `in map ${config.fine.map}, set ${config.fine.key} to ${basisPoints} (${basisPoints / 100} %)`;
  const to = solve(config, stats, basisPoints);
  const from = weightsOf(stats);
  const side = (name: 'canary' | 'baseline') =>
    `${name} ${config[name].join(', ')}: weight ${from[name]} → ${to[name]}`;
  const share = (weights: Weights) =>
    Number((shareOf(weights, config.canary.length, config.baseline.length) / 100).toFixed(2));
  return `${side('canary')}; ${side('baseline')} (${share(from)} % → ${share(to)} %)`;
};
