/** Clocks on walls: what they show at a moment in a time zone, and at which moment they show a time. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a clock in some zone shows, as the milliseconds at which a clock in UTC would show it. */
export type WallTime = number;

export type WallClock = {
  /** What the clock shows at a moment, milliseconds since the epoch. */
  show: (at: number) => WallTime;
  /**
   * The moment at which the clock shows a time. One that is skipped in spring is the moment of the skip; one that comes
   * twice in autumn is its first.
   */
  momentOf: (wall: WallTime) => number;
};

/** The clock of an IANA zone. Throws `RangeError` when there is no such zone. */
export const wallClockOf = (timezone: string): WallClock => {
  const format = formatOf(timezone);
  const show = (at: number): WallTime => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
  };
  return { show, momentOf: (wall) => momentOf(show, wall) };
};

export const isTimezone = (name: string): boolean => {
  try {
    return name !== '' && formatOf(name) !== null;
  } catch {
    return false;
  }
};

/** Reads `2026-12-24T18:00`; null for what is no local time. */
export const parseWallTime = (text: string): WallTime | null => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return null;
  const wall = Date.parse(`${text}:00Z`);
  return Number.isNaN(wall) || wallText(wall) !== text ? null : wall;
};

/** `2026-12-24T18:00`. */
export const wallText = (wall: WallTime): string => new Date(wall).toISOString().slice(0, 16);

/** The earliest of the moments that the offsets around it allow; else the skip, found to the minute and then exactly. */
const momentOf = (show: (at: number) => WallTime, wall: WallTime): number => {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => show(near) - near);
  const moments = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const exact = moments.find((at) => show(at) === wall);
  if (exact !== undefined) return exact;
  let before = Math.min(...moments) - MINUTE_MS;
  let after = Math.max(...moments) + MINUTE_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (show(middle) >= wall) after = middle;
    else before = middle;
  }
  return after;
};

/** Formats are dear to make; remembering them changes no answer. There are some six hundred zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
};
