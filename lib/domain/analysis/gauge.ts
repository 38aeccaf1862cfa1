import type { GaugeReading, MetricDefinition, MetricPolicy } from './contract.ts';
import {
  addReadings,
  areSameAge,
  type GaugeTrack,
  type GaugeTracks,
  minuteMean,
  minuteOf,
} from './gauge-track.ts';
import { median, secondsUntil, theilSen } from './leak.ts';
import { mixtureEvidence, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { rankEvidence } from './rank-evidence.ts';
import { isHistory, type Span } from './span.ts';

/**
 * Evidence on what an instance has and not on what a request does: memory, queue length, open connections. Readings
 * depend on the ones before them and differ by host, so instances are the unit and only those of the same age are
 * compared. Three ways to be harmful: beyond the plan's hard limit; rising faster, minute by minute, than baseline
 * instances of the same age (a sign test); ranking above them (exact for any dependence in time). The last two need
 * several instances on both sides: one canary instance against one host can make a stage wait, never roll it back.
 */
export type GaugeEvidence = {
  type: 'gauge';
  margin: number;
  higherIsBetter: boolean;
  /** The plan's hard limit: the most, or the least where higher is better; null = none. */
  limit: number | null;
  beyondSeconds: number;
  canary: GaugeTracks;
  baseline: GaugeTracks;
  /** The minute up to which everything was compared. */
  comparedMinute: number;
  signs: StartMixture;
  ranks: { looks: number; wealth: number; unspent: number };
  readings: { canary: number; baseline: number };
  comparedAt: number | null;
};

export function newGauge(metric: MetricPolicy, definition: MetricDefinition): GaugeEvidence {
  const higherIsBetter = definition.direction === 'higher-is-better';
  return {
    type: 'gauge',
    margin: metric.margin,
    higherIsBetter,
    limit: metric.guard?.[higherIsBetter ? 'min' : 'max'] ?? null,
    beyondSeconds: 0,
    canary: {},
    baseline: {},
    comparedMinute: -1,
    signs: newMixture(SIGN_BETS.length),
    ranks: { looks: 0, wealth: 0, unspent: 1 },
    readings: { canary: 0, baseline: 0 },
    comparedAt: null,
  };
}

/** Takes in the readings of one span; null = the arm told none. */
export function observeGauge(
  evidence: GaugeEvidence,
  span: Span,
  canary: readonly GaugeReading[] | null,
  baseline: readonly GaugeReading[] | null,
): GaugeEvidence {
  if (isHistory(span)) return evidence;
  const next = {
    ...evidence,
    canary: canary === null ? evidence.canary : addReadings(evidence.canary, canary, span),
    baseline: baseline === null ? evidence.baseline : addReadings(evidence.baseline, baseline, span),
    beyondSeconds: stepLimit(evidence, span, canary ?? [], baseline ?? []),
    readings: {
      canary: evidence.readings.canary + (canary?.length ?? 0),
      baseline: evidence.readings.baseline + (baseline?.length ?? 0),
    },
    comparedAt: canary?.length && baseline?.length ? span.until : evidence.comparedAt,
  };
  const minute = minuteOf(span) - 1;
  return minute > next.comparedMinute ? compareMinute(next, minute, span) : next;
}

/** The e-value for harm. */
export function gaugeHarm(evidence: GaugeEvidence): number {
  if (isLimitBroken(evidence)) return LIMIT_BROKEN;
  const ranks = evidence.ranks.wealth + evidence.ranks.unspent;
  return RANK_PART * ranks + (1 - RANK_PART) * mixtureEvidence(evidence.signs, SIGN_WEIGHTS);
}

/** True once an instance of the canary stayed beyond the hard limit while every baseline instance kept it. */
export function isLimitBroken({ beyondSeconds }: GaugeEvidence): boolean {
  return beyondSeconds >= BEYOND_SECONDS;
}

/** What is known now; `canary` and `baseline` are the means over instances, the baseline's of the same age if there are any. */
export type GaugeFinding = {
  canary: number | null;
  baseline: number | null;
  sameAge: boolean;
  instances: { canary: number; baseline: number };
  /** Whole minutes of the canary that could be compared. */
  minutes: number;
  /** The steepest canary instance that rises steadily and faster than the baseline; `reachesSeconds` null without a limit ahead. */
  leak: { instance: string; perMinute: number; reachesSeconds: number | null } | null;
  /** The canary's level is beyond the margin. */
  beyondMargin: boolean;
};

export function findGauge(evidence: GaugeEvidence): GaugeFinding {
  const canary = Object.values(evidence.canary);
  const same = baselineOf(evidence, canary);
  const baseline = same.length > 0 ? same : Object.values(evidence.baseline);
  const sign = evidence.higherIsBetter ? -1 : 1;
  const level = levelOf(canary);
  const usual = levelOf(baseline);
  const excess = level === null || usual === null ? 0 : sign * (level - usual);
  return {
    canary: level,
    baseline: usual,
    sameAge: same.length > 0,
    instances: { canary: canary.length, baseline: baseline.length },
    minutes: Math.max(0, ...canary.map(({ minutes }) => minutes.length)),
    leak: findLeak(evidence, baseline, sign),
    beyondMargin: usual !== null && excess > evidence.margin * Math.abs(usual),
  };
}

/** What is impossible about readings, without the field's name; null when they can be. */
export function checkReadings(readings: readonly GaugeReading[]): string | null {
  for (const { instance, ageSeconds, value } of readings) {
    if (!Number.isFinite(value)) return `of ${instance} is ${value}, must be a number`;
    if (ageSeconds !== null && !(Number.isFinite(ageSeconds) && ageSeconds >= 0))
      return `of ${instance} has an age of ${ageSeconds}, must be 0 or more`;
  }
  return null;
}

/** This long beyond the hard limit without a break is no spike any more. */
export const BEYOND_SECONDS = 30;
const LIMIT_BROKEN = 1e9;
/** A rise by the margin within this many minutes is no leak. */
const MARGIN_MINUTES = 30;
const RISING_PART = 0.8;
const RANK_PART = 0.7;
const SLOPE_PART = 0.75;
const SIGN_BETS = [0.25, 0.5, 0.9];
const SIGN_WEIGHTS = [0.3, 0.4, 0.3];
const SIGN_INSTANCES_MIN = 2;
const RANK_INSTANCES_MIN = 3;
/** Minutes at which ranks are looked at: each look has its part of the money, since looks at the same hosts are not independent. */
const RANK_LOOKS = [3, 4, 6, 9, 13, 20, 30, 45, 60];

function stepLimit(
  evidence: GaugeEvidence,
  span: Span,
  canary: readonly GaugeReading[],
  baseline: readonly GaugeReading[],
): number {
  const { limit, higherIsBetter, beyondSeconds } = evidence;
  if (limit === null || isLimitBroken(evidence) || canary.length === 0) return beyondSeconds;
  const isBeyond = ({ value }: GaugeReading) => (higherIsBetter ? value < limit : value > limit);
  if (!canary.some(isBeyond)) return 0;
  return baseline.length === 0 || baseline.some(isBeyond) ? beyondSeconds : beyondSeconds + span.seconds;
}

function compareMinute(evidence: GaugeEvidence, minute: number, span: Span): GaugeEvidence {
  const next = { ...evidence, comparedMinute: minute };
  if (span.warmingUp) return next;
  const canary = Object.values(evidence.canary);
  const baseline = baselineOf(evidence, canary);
  const minutes = Math.max(0, ...canary.map((track) => track.minutes.length));
  const gains = signGains(evidence, canary, baseline, minute);
  if (gains !== null) stepMixture(next.signs, gains, 1, span.elapsedSeconds);
  return {
    ...next,
    ranks:
      minutes >= (RANK_LOOKS[next.ranks.looks] ?? Number.POSITIVE_INFINITY)
        ? lookAtRanks(next, canary, baseline)
        : next.ranks,
  };
}

/** Baseline instances of which every one is as old as some instance of the canary. */
function baselineOf(evidence: GaugeEvidence, canary: readonly GaugeTrack[]): GaugeTrack[] {
  return Object.values(evidence.baseline).filter((track) =>
    canary.some(({ age }) => areSameAge(age, track.age)),
  );
}

/** Each canary instance rises faster than the typical baseline instance, or it does not: a coin if nothing is wrong. */
function signGains(
  evidence: GaugeEvidence,
  canary: readonly GaugeTrack[],
  baseline: readonly GaugeTrack[],
  minute: number,
): number[] | null {
  const sign = evidence.higherIsBetter ? -1 : 1;
  const rises = (tracks: readonly GaugeTrack[]) =>
    tracks.flatMap((track) => {
      const before = minuteMean(track, minute - 1);
      const after = minuteMean(track, minute);
      return before === null || after === null ? [] : [sign * (after - before)];
    });
  const mine = rises(canary);
  const theirs = rises(baseline);
  if (mine.length < SIGN_INSTANCES_MIN || theirs.length < SIGN_INSTANCES_MIN) return null;
  const usual = median(theirs) + tolerance(evidence, baseline);
  const balance = mine.reduce((sum, rise) => sum + (rise > usual ? 1 : -1), 0) / mine.length;
  return SIGN_BETS.map((bet) => Math.log1p(bet * balance));
}

function lookAtRanks(
  evidence: GaugeEvidence,
  canary: readonly GaugeTrack[],
  baseline: readonly GaugeTrack[],
): GaugeEvidence['ranks'] {
  const { looks, wealth, unspent } = evidence.ranks;
  const money = 1 / ((looks + 1) * (looks + 2));
  const enough = canary.length >= RANK_INSTANCES_MIN && baseline.length >= RANK_INSTANCES_MIN;
  const said = enough
    ? SLOPE_PART * slopeRanks(evidence, canary, baseline) +
      (1 - SLOPE_PART) * levelRanks(evidence, canary, baseline)
    : 1;
  return { looks: looks + 1, wealth: wealth + money * said, unspent: unspent - money };
}

function slopeRanks(
  evidence: GaugeEvidence,
  canary: readonly GaugeTrack[],
  baseline: readonly GaugeTrack[],
): number {
  const sign = evidence.higherIsBetter ? -1 : 1;
  const slopes = (tracks: readonly GaugeTrack[]) =>
    tracks.flatMap(({ minutes }) => {
      const found = theilSen(minutes);
      return found === null ? [] : [sign * found.slope];
    });
  const allowed = tolerance(evidence, baseline);
  return rankEvidence(
    slopes(canary).map((slope) => slope - allowed),
    slopes(baseline),
  );
}

function levelRanks(
  evidence: GaugeEvidence,
  canary: readonly GaugeTrack[],
  baseline: readonly GaugeTrack[],
): number {
  const sign = evidence.higherIsBetter ? -1 : 1;
  const allowed = evidence.margin * Math.abs(levelOf(baseline) ?? 0);
  return rankEvidence(
    canary.map((track) => sign * latestOf(track) - allowed),
    baseline.map((track) => sign * latestOf(track)),
  );
}

/** The rise a minute that the margin forgives. */
function tolerance(evidence: GaugeEvidence, baseline: readonly GaugeTrack[]): number {
  return (evidence.margin * Math.abs(levelOf(baseline) ?? 0)) / MARGIN_MINUTES;
}

function findLeak(
  evidence: GaugeEvidence,
  baseline: readonly GaugeTrack[],
  sign: 1 | -1,
): GaugeFinding['leak'] {
  const usual = median(baseline.flatMap(({ minutes }) => theilSen(minutes)?.slope ?? [])) * sign;
  const allowed = Math.max(0, usual) + tolerance(evidence, baseline);
  let worst: GaugeFinding['leak'] = null;
  for (const [instance, track] of Object.entries(evidence.canary)) {
    const found = theilSen(track.minutes.map(({ index, mean }) => ({ index, mean: sign * mean })));
    if (found === null || found.rising < RISING_PART || found.slope <= allowed) continue;
    if (worst !== null && found.slope <= worst.perMinute * sign) continue;
    const { limit } = evidence;
    const ahead = limit === null ? null : secondsUntil(sign * limit, sign * latestOf(track), found.slope);
    worst = { instance, perMinute: sign * found.slope, reachesSeconds: ahead };
  }
  return worst;
}

function latestOf({ minutes, value }: GaugeTrack): number {
  return minutes[minutes.length - 1]?.mean ?? value;
}

function levelOf(tracks: readonly GaugeTrack[]): number | null {
  if (tracks.length === 0) return null;
  return tracks.reduce((sum, track) => sum + latestOf(track), 0) / tracks.length;
}
