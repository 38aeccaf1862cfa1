/** Times in which exposure may not rise. Any window that holds is enough: deny wins. */
import { type WallTime, wallClockOf } from '../time-zone.ts';
import type { Scope } from './grants.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a window holds, by the clock on the wall of its zone. `minutes` count from midnight. */
export type Recurrence =
  | { kind: 'once'; from: WallTime; until: WallTime }
  /** `untilMinutes` at or before `fromMinutes` is on the next day. */
  | { kind: 'weekly'; days: readonly Weekday[]; fromMinutes: number; untilMinutes: number }
  /** Whole days of every year, both included, as `MM-DD`; over New Year where the end comes first. */
  | { kind: 'yearly'; fromDay: string; untilDay: string };

export type FreezeWindow = {
  id: string;
  name: string;
  /** Empty = all. */
  services: readonly string[];
  environments: readonly string[];
  timezone: string;
  when: Recurrence;
  /** What running releases do: rise no further, or go on. New ones never start. */
  running: 'hold' | 'go-on';
};

/** One window that holds now, with the moment at which it ends (milliseconds). */
export type Frozen = { window: FreezeWindow; until: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Windows that follow each other without a gap further than this are called endless. */
const LOOK_AHEAD_MS = 400 * DAY_MS;

/** The windows that hold for a service in an environment at `now`, the one that ends last first. */
export const frozenAt = (windows: readonly FreezeWindow[], scope: Scope, now: number): Frozen[] =>
  windows
    .filter((window) => concerns(window, scope))
    .flatMap((window) => {
      const span = spansNear(window, now).find(({ from, until }) => from <= now && now < until);
      return span ? [{ window, until: span.until }] : [];
    })
    .sort((a, b) => b.until - a.until);

/** The next moment at or after `now` at which nothing is frozen; null when none is near. */
export const nextOpenAt = (windows: readonly FreezeWindow[], scope: Scope, now: number): number | null => {
  let at = now;
  while (at - now < LOOK_AHEAD_MS) {
    const longest = frozenAt(windows, scope, at)[0];
    if (!longest) return at;
    at = longest.until;
  }
  return null;
};

/** The next moment after `now` at which some window begins or ends; null when none is near. For clocks that wait. */
export const nextChangeAt = (windows: readonly FreezeWindow[], scope: Scope, now: number): number | null => {
  const edges = windows
    .filter((window) => concerns(window, scope))
    .flatMap((window) => spansNear(window, now).flatMap(({ from, until }) => [from, until]))
    .filter((edge) => edge > now);
  return edges.length > 0 ? Math.min(...edges) : null;
};

const concerns = ({ services, environments }: FreezeWindow, { service, environment }: Scope): boolean =>
  (services.length === 0 || (service !== undefined && services.includes(service))) &&
  (environments.length === 0 || (environment !== undefined && environments.includes(environment)));

type Span = { from: number; until: number };

/** The spans of a window that hold at `now` or begin within the days (or years) around it. */
const spansNear = ({ when, timezone }: FreezeWindow, now: number): Span[] => {
  const { show, momentOf } = wallClockOf(timezone);
  const span = (from: WallTime, until: WallTime): Span => ({ from: momentOf(from), until: momentOf(until) });
  const today = Math.floor(show(now) / DAY_MS) * DAY_MS;
  switch (when.kind) {
    case 'once':
      return [span(when.from, when.until)];
    case 'weekly': {
      const over = when.untilMinutes <= when.fromMinutes ? DAY_MS : 0;
      return around(-2, 8)
        .map((offset) => today + offset * DAY_MS)
        .filter((day) => when.days.includes(weekdayOf(day)))
        .map((day) => span(day + when.fromMinutes * MINUTE_MS, day + over + when.untilMinutes * MINUTE_MS));
    }
    case 'yearly':
      return around(-1, 1)
        .map((offset) => new Date(today).getUTCFullYear() + offset)
        .map((year) => {
          const from = dayIn(year, when.fromDay);
          const last = dayIn(when.untilDay < when.fromDay ? year + 1 : year, when.untilDay);
          return span(from, last + DAY_MS);
        });
  }
};

const around = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: WallTime): Weekday =>
  WEEKDAYS[(((Math.floor(day / DAY_MS) + 3) % 7) + 7) % 7] ?? 'mon';

/** 29 February is 1 March in other years. */
const dayIn = (year: number, monthDay: string): WallTime => {
  const [month = 1, day = 1] = monthDay.split('-').map(Number);
  return Date.UTC(year, month - 1, day);
};
