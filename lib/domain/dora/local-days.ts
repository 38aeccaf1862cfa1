/** R12: windows in the local calendar of a time zone. Days begin when their date does: some have 23 or 25 hours. */

import { type WallClock, wallClockOf } from '../time-zone.ts';

/** A local date as days since 1970-01-01 of the calendar itself, whatever the time zone. */
export type Day = number;
export type Window = { from: Day; to: Day };

const DAY_MS = 86_400_000;

/** Reads `2026-03-02`; null for what is no date. */
export const parseDay = (text: string): Day | null => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : at / DAY_MS;
};

export const dayText = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The Monday-to-Monday weeks of a window, the first and last cut to it. */
export const weeksOf = ({ from, to }: Window): Window[] => cut(from, to, (day) => day + 7 - weekday(day));

/** The calendar months of a window, the first and last cut to it. */
export const monthsOf = ({ from, to }: Window): Window[] =>
  cut(from, to, (day) => {
    const at = new Date(day * DAY_MS);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) / DAY_MS;
  });

const cut = (from: Day, to: Day, nextAfter: (day: Day) => Day): Window[] => {
  const windows: Window[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(nextAfter(start), to);
    windows.push({ from: start, to: end });
    start = end;
  }
  return windows;
};

/** 0 = Monday. 1970-01-01 was a Thursday. */
const weekday = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/** The calendar of one time zone. Throws `RangeError` when there is no such zone. */
export type Calendar = {
  /** When the local date begins, in milliseconds. */
  startOf: (day: Day) => number;
  dayOf: (at: number) => Day;
};

/** A calendar remembers its days, so that the same zone is asked once and not at every question. */
export const calendarOf = (timezone: string): Calendar => {
  const known = calendars.get(timezone);
  if (known) return known;
  const calendar = makeCalendar(timezone);
  if (calendars.size >= CALENDARS_MAX) calendars.clear();
  calendars.set(timezone, calendar);
  return calendar;
};

const CALENDARS_MAX = 20;
const calendars = new Map<string, Calendar>();

const makeCalendar = (timezone: string): Calendar => {
  const clock = wallClockOf(timezone);
  const starts = new Map<Day, number>();
  const startOf = (day: Day): number => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const start = findStart(clock, day);
    starts.set(day, start);
    return start;
  };
  const dayOf = (at: number): Day => {
    // No zone is further than a day from UTC.
    let day = Math.floor(at / DAY_MS) + 1;
    while (startOf(day) > at) day -= 1;
    return day;
  };
  return { startOf, dayOf };
};

/** Almost always one guess; where the day does not begin at midnight, the first moment whose date it is. */
const findStart = ({ show }: WallClock, day: Day): number => {
  const midnight = day * DAY_MS;
  const near = midnight - (show(midnight) - midnight);
  const guess = near - (show(near) - midnight);
  if (show(guess) === midnight && show(guess - 1) < midnight) return guess;
  let before = midnight - 1.5 * DAY_MS;
  let after = midnight + 1.5 * DAY_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (show(middle) >= midnight) after = middle;
    else before = middle;
  }
  return after;
};
