/** R11: the same numbers as the DORA Quick Check and as the labels of 2023 say them. No data is null. */
import { mean, round } from './statistics.ts';
import type { Summary } from './summary.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Quickcheck = Record<
  'leadtime' | 'deployfreq' | 'failurerecovery' | 'changefailure' | 'rework' | 'average',
  number | null
>;

/** Scores from 0 to 10, to 3 places; `average` is the mean of those that are there. */
export const quickcheckOf = (summary: Summary): Quickcheck => {
  const scores = {
    leadtime: levelScore(summary.lead_time.median_s, durationLevel),
    deployfreq: levelScore(summary.per_day, frequencyLevel),
    failurerecovery: levelScore(summary.recovery.median_s, durationLevel),
    changefailure: rateScore(summary.change_failure.rate),
    rework: rateScore(summary.rework.rate),
  };
  const average = mean(Object.values(scores).filter((score) => score !== null));
  const rounded = Object.entries(scores).map(([name, score]) => [name, round(score, 3)] as const);
  return { ...scores, ...Object.fromEntries(rounded), average: round(average, 3) };
};

const levelScore = (value: number | null, levelOf: (value: number) => number): number | null =>
  value === null ? null : ((levelOf(value) - 1) / 5) * 10;

const rateScore = (rate: number | null): number | null => (rate === null ? null : 10 - rate * 10);

const durationLevel = (seconds: number): number => {
  const limits = [HOUR, DAY, 7 * DAY, 730 * HOUR, 4380 * HOUR];
  const place = limits.findIndex((limit) => seconds < limit);
  return place < 0 ? 1 : 6 - place;
};

const frequencyLevel = (perDay: number): number => {
  const limits = [2, 1, 1 / 7, 12 / 365, 2 / 365];
  const place = limits.findIndex((limit) => reaches(perDay, limit));
  return place < 0 ? 1 : 6 - place;
};

export const BANDS = ['elite', 'high', 'medium', 'low'] as const;
export type Band = (typeof BANDS)[number];
export type Bands2023 = Record<
  'deployment_frequency' | 'lead_time' | 'change_failure_rate' | 'recovery_time',
  Band | null
>;

/** Labels for people who compare with older tools; never a goal. */
export const bands2023Of = (summary: Summary): Bands2023 => ({
  deployment_frequency: band(summary.per_day, [1, 1 / 7, 12 / 365], reaches),
  lead_time: band(summary.lead_time.median_s, [DAY, 7 * DAY, 730 * HOUR], isBelow),
  change_failure_rate: band(summary.change_failure.rate, [0.05, 0.1, 0.15], isAtMost),
  recovery_time: band(summary.recovery.median_s, [HOUR, DAY, 7 * DAY], isBelow),
});

const band = (
  value: number | null,
  limits: readonly number[],
  fits: (value: number, limit: number) => boolean,
): Band | null => {
  if (value === null) return null;
  const place = limits.findIndex((limit) => fits(value, limit));
  return BANDS[place < 0 ? 3 : place] ?? 'low';
};

const isBelow = (value: number, limit: number): boolean => value < limit;
const isAtMost = (value: number, limit: number): boolean => value <= limit;
/** Frequencies are rounded to 6 places, so their limits are too: once in 7 days is once a week. */
const reaches = (value: number, limit: number): boolean => value >= round(limit, 6);
