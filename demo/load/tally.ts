import { createHistogram } from 'node:perf_hooks';

/**
 * Why an arrival got no answer: connection refused; no answer in time; connection broken; ended by the stop of
 * the generator; dropped because too many were under way; missed because this machine was not running.
 */
export type Trouble = 'refused' | 'timedOut' | 'broken' | 'aborted' | 'dropped' | 'missed';

export type Summary = {
  seconds: number;
  sent: number;
  answered: number;
  perSecond: number;
  codes: Record<string, number>;
  /** Answers by the track that the shop names in them; empty behind something that is not the shop. */
  tracks: Record<string, number>;
  troubles: Record<Trouble, number>;
  latencyMs: { p50: number; p95: number; p99: number } | null;
};

export type Tally = {
  sent(): void;
  answered(code: number, track: string | undefined, ms: number): void;
  trouble(kind: Trouble, count?: number): void;
  summary(): Summary;
  /** Starts again from zero. */
  reset(): void;
};

/** Counts of fixed size, however long the run. */
export function createTally(clock: () => number): Tally {
  const histogram = createHistogram({ lowest: 1, highest: latencyMsMax, figures: 3 });
  let counts = noCounts(clock());
  return {
    sent() {
      counts.sent += 1;
    },
    answered(code, track, ms) {
      counts.answered += 1;
      counts.codes[code] = (counts.codes[code] ?? 0) + 1;
      if (track === 'canary' || track === 'baseline') counts.tracks[track] = (counts.tracks[track] ?? 0) + 1;
      histogram.record(Math.min(latencyMsMax, Math.max(1, Math.round(ms))));
    },
    trouble(kind, count = 1) {
      counts.troubles[kind] += count;
    },
    summary() {
      const { startMs, ...rest } = structuredClone(counts);
      const seconds = Math.round(clock() - startMs) / 1_000;
      const perSecond = seconds > 0 ? Math.round((10 * rest.answered) / seconds) / 10 : 0;
      const at = (percent: number) => histogram.percentile(percent);
      const latencyMs = rest.answered > 0 ? { p50: at(50), p95: at(95), p99: at(99) } : null;
      return { seconds, perSecond, ...rest, latencyMs };
    },
    reset() {
      counts = noCounts(clock());
      histogram.reset();
    },
  };
}

const latencyMsMax = 60_000;

type Counts = Omit<Summary, 'seconds' | 'perSecond' | 'latencyMs'> & { startMs: number };

function noCounts(startMs: number): Counts {
  const noTroubles = { refused: 0, timedOut: 0, broken: 0, aborted: 0, dropped: 0, missed: 0 };
  return { startMs, sent: 0, answered: 0, codes: {}, tracks: {}, troubles: noTroubles };
}
