import type { Interval } from './contract.ts';
import type { AnalysisState, Contact } from './state.ts';

/**
 * Whether an interval belongs to the warm-up: some instance of the canary was younger than `warmupSeconds` when it
 * began or, where the source cannot say, the canary's first exposure was. Instances that start again and again are
 * forgiven for the warm-up and half of the time after it at most: a crash loop is no cold start.
 */
export function coldSpan(state: AnalysisState, interval: Interval): boolean {
  const { warmupSeconds } = state.policy;
  const since = interval.at - interval.seconds * 1000;
  const elapsed = (since - state.startedAt) / 1000;
  const youngest = youngestSince(interval);
  if (youngest === null) return elapsed < warmupSeconds;
  const forgiven = state.places[interval.target]?.coldSeconds ?? 0;
  return since - youngest < warmupSeconds * 1000 && forgiven < warmupSeconds + Math.max(0, elapsed) / 2;
}

/** When the youngest instance of the canary began, milliseconds since the epoch; null where the source cannot say. */
export function youngestSince({ at, canary }: Interval): number | null {
  const age = canary?.youngestSeconds ?? null;
  return age === null ? null : at - age * 1000;
}

/** Seconds of the warm-up that are left at `now`, over all places that have a canary; 0 when it is over. */
export function coldSecondsLeft(state: AnalysisState, now: number): number {
  const places = Object.values(state.places).filter(({ canaryAt }) => canaryAt !== null);
  if (places.length === 0) return secondsLeft(state, { youngestSince: null }, now);
  return Math.max(...places.map((place) => secondsLeft(state, place, now)));
}

function secondsLeft(
  { policy, startedAt }: AnalysisState,
  { youngestSince: youngest, coldSeconds }: Pick<Contact, 'youngestSince' | 'coldSeconds'>,
  now: number,
): number {
  const since = youngest ?? startedAt;
  const left = Math.max(0, policy.warmupSeconds - (now - since) / 1000);
  if (youngest == null) return left;
  const elapsed = Math.max(0, (now - startedAt) / 1000);
  return (coldSeconds ?? 0) < policy.warmupSeconds + elapsed / 2 ? left : 0;
}
