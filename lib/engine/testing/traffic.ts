/** Measurements as an agent would store them, second by second, the same for the same seed. */
import type { Database } from '../../data/database.ts';
import { ensureLayout, insertSamples, type SampleRow } from '../../data/samples.ts';

/** Share of failed requests of each track; null when nothing is reported for it. */
export type Rates = { canary: number | null; baseline: number | null };

const REQUESTS = { canary: 100, baseline: 900 };
const LAYOUT = { edges: [0.1, 1], names: [], queries: { errors: 'requests that failed' } };

export type TrafficOptions = { seed?: number | undefined; withLatency?: boolean | undefined };

/** `send` stores the samples of one second that ends at `at`, in milliseconds. */
export const trafficOf = (
  db: Database,
  targetId: string,
  { seed = 1, withLatency = true }: TrafficOptions = {},
) => {
  const random = uniform(seed);
  const layout = withLatency ? LAYOUT : { ...LAYOUT, edges: [] };
  return {
    send: async (at: number, rates: Rates): Promise<void> => {
      const layoutId = await ensureLayout(db.pool, layout);
      const rows = (['canary', 'baseline'] as const).flatMap((name): SampleRow[] => {
        const rate = rates[name];
        if (rate === null) return [];
        const requests = REQUESTS[name];
        const errors = Array.from({ length: requests }, random).filter((value) => value < rate).length;
        const latency = withLatency ? [requests - errors, errors, 0] : [];
        return [
          { targetId, track: TRACK[name], at, seconds: 1, layoutId, requests, errors, latency, counts: [] },
        ];
      });
      await insertSamples(db.pool, rows, at);
    },
  };
};

const TRACK = { canary: 0, baseline: 1 } as const;

/** Numbers in [0, 1) from Mulberry's small generator; good enough to spread failures. */
const uniform = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
