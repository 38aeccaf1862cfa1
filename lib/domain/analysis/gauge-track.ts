import type { GaugeReading } from './contract.ts';
import type { MinuteMean } from './leak.ts';
import type { Span } from './span.ts';

/** What is kept of one instance: the minute that is filling and the means of the last ones. */
export type GaugeTrack = {
  /** Seconds of age at the newest reading; null where the source cannot say. */
  age: number | null;
  at: number;
  value: number;
  open: { index: number; sum: number; n: number };
  minutes: MinuteMean[];
};

export type GaugeTracks = Record<string, GaugeTrack>;

/** Instances of each arm that are followed; more say nothing more about a version. */
export const INSTANCES_MAX = 12;

/** Adds the readings of one arm at one place; instances that fell silent are forgotten. */
export function addReadings(tracks: GaugeTracks, readings: readonly GaugeReading[], span: Span): GaugeTracks {
  const next: GaugeTracks = {};
  for (const [name, track] of Object.entries(tracks))
    if (span.until - track.at <= SILENT_MILLISECONDS_MAX) next[name] = track;
  for (const reading of readings) {
    const name = `${span.target}/${reading.instance}`;
    const known = Object.hasOwn(next, name) ? next[name] : undefined;
    if (known === undefined && Object.keys(next).length >= INSTANCES_MAX) continue;
    next[name] = addReading(known, reading, span);
  }
  return next;
}

/** Two ages at which instances of one version may be expected to be alike. */
export function areSameAge(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return false;
  return Math.abs(a - b) <= Math.max(SAME_AGE_SECONDS, SAME_AGE_PART * Math.min(a, b));
}

/** The mean of one finished minute, if the instance has it. */
export function minuteMean(track: GaugeTrack, index: number): number | null {
  return track.minutes.find((minute) => minute.index === index)?.mean ?? null;
}

/** The minute since the canary's start that most of a span lies in. */
export function minuteOf({ elapsedSeconds, seconds }: Span): number {
  return Math.floor(Math.max(0, elapsedSeconds - seconds / 2) / 60);
}

const MINUTES_MAX = 12;
const SILENT_MILLISECONDS_MAX = 120_000;
const SAME_AGE_SECONDS = 120;
const SAME_AGE_PART = 0.25;

function addReading(known: GaugeTrack | undefined, reading: GaugeReading, span: Span): GaugeTrack {
  const index = minuteOf(span);
  const { ageSeconds: age, value } = reading;
  // A younger age is another life of the same name: what the old one did says nothing about it.
  const restarted = known !== undefined && age !== null && known.age !== null && age < known.age;
  const fresh = { age, at: span.until, value, open: { index, sum: value, n: 1 }, minutes: [] };
  if (known === undefined || restarted) return fresh;
  const { open, minutes } = known;
  if (open.index === index)
    return { ...known, age, at: span.until, value, open: { index, sum: open.sum + value, n: open.n + 1 } };
  const closed = [...minutes, { index: open.index, mean: open.sum / open.n }];
  return { ...fresh, minutes: closed.slice(-MINUTES_MAX) };
}
