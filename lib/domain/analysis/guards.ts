import { mixtureEvidence, newMixture, type StartMixture, stepMixture } from './mixture.ts';

/**
 * An absolute limit on the canary: the share of requests beyond it may be at most `chance`. For a guard on
 * the rate that is the limit itself; for p95 it is 5 % slower than the limit. A stratum counts only while
 * the baseline keeps the limit, so that an incident of both sides is never blamed on the canary.
 */
export type Guard = {
  /** `rate`, `p50`, `p95` or `p99`. */
  key: string;
  limit: number;
  chance: number;
  mixture: StartMixture;
  /** Recent requests of both arms and how many lay beyond the limit; they forget like the pace does. */
  recent: Beyond;
};

export type Beyond = { canaryN: number; canaryBeyond: number; baselineN: number; baselineBeyond: number };

/** The guards of a policy that can be judged; `keys` are those the metric's kind knows. */
export function newGuards(limits: Record<string, number> | undefined, keys: readonly string[]): Guard[] {
  return keys.flatMap((key) => {
    const limit = limits?.[key];
    if (limit === undefined) return [];
    const chance = key === 'rate' ? limit : 1 - quantileOf(key);
    return [{ key, limit, chance, mixture: newMixture(STEPS.length), recent: nothingBeyond }];
  });
}

/** Bets against "the canary keeps the limit" with one stratum, in place. */
export function stepGuard(
  guard: Guard,
  counts: Beyond,
  when: { seconds: number; elapsedSeconds: number },
  dispersion: number,
): void {
  const recent = forget(guard.recent, counts, when.seconds);
  const baselineKeeps = recent.baselineN > 0 && recent.baselineBeyond <= guard.chance * recent.baselineN;
  if (!baselineKeeps || guard.chance >= 1) {
    guard.recent = recent;
    return;
  }
  const gains = STEPS.map((step) => gain(counts, guard.chance, step));
  stepMixture(guard.mixture, gains, dispersion, when.elapsedSeconds);
  guard.recent = recent;
}

/** The e-value against "the canary keeps the limit". */
export function guardEvidence(guard: Guard): number {
  return mixtureEvidence(guard.mixture, WEIGHTS);
}

/** True when the canary is beyond its limit right now, proven or not: no moment to advance. */
export function beyondLimit(guard: Guard): boolean {
  return guard.recent.canaryN > 0 && guard.recent.canaryBeyond > guard.chance * guard.recent.canaryN;
}

/** The quantile that a key such as `p95` names, 0.95. */
export function quantileOf(key: string): number {
  return Number(key.slice(1)) / 100;
}

const STEPS = [1.25, 1.6, 2.5, 5, 15];
const WEIGHTS = [0.2, 0.25, 0.25, 0.2, 0.1];
const HALF_LIFE_SECONDS = 60;
const nothingBeyond: Beyond = { canaryN: 0, canaryBeyond: 0, baselineN: 0, baselineBeyond: 0 };

function gain(counts: Beyond, chance: number, step: number): number {
  const alternative = Math.min(chance * step, (1 + chance) / 2);
  const within = counts.canaryN - counts.canaryBeyond;
  return (
    counts.canaryBeyond * Math.log(alternative / chance) +
    within * (Math.log1p(-alternative) - Math.log1p(-chance))
  );
}

function forget(recent: Beyond, counts: Beyond, seconds: number): Beyond {
  const keep = 0.5 ** (seconds / HALF_LIFE_SECONDS);
  return {
    canaryN: recent.canaryN * keep + counts.canaryN,
    canaryBeyond: recent.canaryBeyond * keep + counts.canaryBeyond,
    baselineN: recent.baselineN * keep + counts.baselineN,
    baselineBeyond: recent.baselineBeyond * keep + counts.baselineBeyond,
  };
}
