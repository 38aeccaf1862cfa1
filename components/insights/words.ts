/** How delivery numbers are written. Seconds in, words out; what is not known is said, never shown as zero. */

/** Fewer samples than this say nothing about a median. */
export const SAMPLES_LEAST = 5;

export const NO_DATA = 'no data';

/** "38 min", "5.2 h", "3.4 d": two figures are enough to compare by. */
export const spanWords = (seconds: number | null): string => {
  if (seconds === null) return NO_DATA;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${round(seconds / 3_600)} h`;
  return `${round(seconds / 86_400)} d`;
};

/** "12.5 %" of a rate from 0 to 1. */
export const rateWords = (rate: number | null): string =>
  rate === null ? NO_DATA : `${round(rate * 100)} %`;

/** "3.1 a day", "2 a week", "1.5 in 30 days": in the unit in which it is at least one. */
export const frequencyWords = (perDay: number | null): string => {
  if (perDay === null) return NO_DATA;
  if (perDay >= 1 || perDay === 0) return `${round(perDay)} a day`;
  if (perDay * 7 >= 1) return `${round(perDay * 7)} a week`;
  return `${round(perDay * 30)} in 30 days`;
};

/** A duration of a sample that may be too small: the number, or why there is none. */
export const sampledWords = (seconds: number | null, n: number): string => {
  if (n === 0 || seconds === null) return NO_DATA;
  return n < SAMPLES_LEAST ? `too few (${n})` : spanWords(seconds);
};

/** The value when there are samples enough for it; null otherwise. */
export const sampled = (value: number | null, n: number): number | null => (n < SAMPLES_LEAST ? null : value);

export const countWords = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

/** "2 Mar", with the year when it is not the one of `beside`. */
export const dayWords = (day: string, beside?: string): string => {
  const sameYear = beside !== undefined && beside.slice(0, 4) === day.slice(0, 4);
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(Date.parse(`${day}T00:00:00Z`));
};

/** A half-open window of local dates: "2 to 8 Mar 2026". */
export const windowWords = (start: string, end: string): string => {
  const last = new Date(Date.parse(`${end}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return last <= start ? dayWords(start) : `${dayWords(start, last)} to ${dayWords(last)}`;
};

const round = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 1 : 0 });
