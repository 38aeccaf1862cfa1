/** R4 to R10 over one window: facts in, the numbers of the answer out. */
import { fromDeploy } from './failures.ts';
import type { Calendar } from './local-days.ts';
import { mean, percentile, round } from './statistics.ts';
import type { DeliveryFact, DeploymentFact } from './types.ts';

export type Summary = {
  deployments: number;
  deployments_excl_rollbacks: number;
  deploy_days: number;
  days: number;
  per_day: number | null;
  lead_time: {
    n: number;
    median_s: number | null;
    p75_s: number | null;
    p90_s: number | null;
    mean_s: number | null;
    skewed: number;
  };
  change_failure: {
    changes: number;
    failed: number;
    rate: number | null;
    contained: number;
    /** As `rate`, without the failures that were contained. */
    rate_uncontained: number | null;
  };
  recovery: {
    n: number;
    median_s: number | null;
    p90_s: number | null;
    mean_s: number | null;
    open: number;
    from_deploy_median_s: number | null;
  };
  rework: { rework: number; rate: number | null };
};

/** Facts in the order of the moments by which windows count them, so that a window is a slice. */
export type Timeline = {
  finished: Sorted<DeploymentFact>;
  delivered: Sorted<DeliveryFact>;
  recovered: Sorted<DeploymentFact>;
  stillOpen: Sorted<DeploymentFact>;
};
type Sorted<T> = { at: readonly number[]; items: readonly T[] };

export const timelineOf = (
  deployments: readonly DeploymentFact[],
  deliveries: readonly DeliveryFact[],
): Timeline => ({
  finished: sortBy(deployments, ({ finishedAt }) => finishedAt),
  delivered: sortBy(deliveries, ({ deliveredAt }) => deliveredAt),
  recovered: sortBy(deployments, ({ recovery }) => recovery?.end ?? null),
  stillOpen: sortBy(deployments, ({ recovery }) => (recovery?.end === null ? recovery.start : null)),
});

const sortBy = <T>(items: readonly T[], momentOf: (item: T) => number | null): Sorted<T> => {
  const placed: { at: number; item: T }[] = [];
  for (const item of items) {
    const at = momentOf(item);
    if (at !== null) placed.push({ at, item });
  }
  placed.sort((a, b) => a.at - b.at);
  return { at: placed.map(({ at }) => at), items: placed.map(({ item }) => item) };
};

/** What of `sorted` lies in [start, end). */
export const slice = <T>({ at, items }: Sorted<T>, start: number, end: number): readonly T[] =>
  items.slice(placeOf(at, start), placeOf(at, end));

const placeOf = (at: readonly number[], moment: number): number => {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The numbers of the local days from `from` to before `to`. */
export const summarise = (timeline: Timeline, calendar: Calendar, from: number, to: number): Summary => {
  const start = calendar.startOf(from);
  const end = calendar.startOf(to);
  const finished = slice(timeline.finished, start, end);
  const successes = finished.filter(({ status }) => status === 'success');
  const days = to - from;
  return {
    deployments: successes.length,
    deployments_excl_rollbacks: successes.filter(({ kind }) => kind !== 'rollback').length,
    deploy_days: new Set(successes.map(({ finishedAt }) => calendar.dayOf(finishedAt ?? start))).size,
    days,
    per_day: rateOf(successes.length, days),
    lead_time: leadTimeOf(slice(timeline.delivered, start, end)),
    change_failure: changeFailureOf(finished),
    recovery: recoveryOf(slice(timeline.recovered, start, end), slice(timeline.stillOpen, start, end).length),
    rework: reworkOf(successes),
  };
};

const leadTimeOf = (deliveries: readonly DeliveryFact[]): Summary['lead_time'] => {
  const seconds = deliveries.map(leadSecondsOf);
  const samples = ascending(seconds.filter((sample) => sample >= 0));
  return {
    n: samples.length,
    median_s: round(percentile(samples, 0.5), 3),
    p75_s: round(percentile(samples, 0.75), 3),
    p90_s: round(percentile(samples, 0.9), 3),
    mean_s: round(mean(samples), 3),
    skewed: seconds.length - samples.length,
  };
};

/** Negative when the author's clock was ahead. */
export const leadSecondsOf = ({ deliveredAt, authoredAt }: DeliveryFact): number =>
  ((deliveredAt ?? authoredAt) - authoredAt) / 1_000;

const changeFailureOf = (finished: readonly DeploymentFact[]): Summary['change_failure'] => {
  const changes = finished.filter(({ isChange }) => isChange);
  const failed = changes.filter(({ failedBecause }) => failedBecause.length > 0);
  const contained = failed.filter(isContained).length;
  return {
    changes: changes.length,
    failed: failed.length,
    rate: rateOf(failed.length, changes.length),
    contained,
    rate_uncontained: rateOf(failed.length - contained, changes.length),
  };
};

/** A failed change that never reached everybody. */
export const isContained = ({ failedBecause, maxExposure }: DeploymentFact): boolean =>
  failedBecause.length > 0 && maxExposure < 100;

const recoveryOf = (closed: readonly DeploymentFact[], open: number): Summary['recovery'] => {
  const seconds = ascending(closed.map((fact) => secondsOf(fact, fact.recovery?.start ?? 0)));
  const fromDeploys = ascending(closed.map((fact) => secondsOf(fact, fromDeploy(fact))));
  return {
    n: seconds.length,
    median_s: round(percentile(seconds, 0.5), 3),
    p90_s: round(percentile(seconds, 0.9), 3),
    mean_s: round(mean(seconds), 3),
    open,
    from_deploy_median_s: round(percentile(fromDeploys, 0.5), 3),
  };
};

const secondsOf = ({ recovery }: DeploymentFact, start: number): number =>
  ((recovery?.end ?? start) - start) / 1_000;

const reworkOf = (successes: readonly DeploymentFact[]): Summary['rework'] => {
  const rework = successes.filter(({ unplanned }) => unplanned).length;
  return { rework, rate: rateOf(rework, successes.length) };
};

const rateOf = (part: number, whole: number): number | null => (whole === 0 ? null : round(part / whole, 6));

/** A typed array sorts numbers as numbers, several times as fast. */
const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
