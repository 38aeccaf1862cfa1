/** Times and spans as the console writes them. All inputs in milliseconds unless named otherwise. */
import { durationText } from '../domain/release/words.ts';

/** "3 min ago"; anything under five seconds, or slightly in the future by a skewed clock, is "just now". */
export const agoText = (at: number, now: number): string => {
  const seconds = Math.floor((now - at) / 1_000);
  return seconds < 5 ? 'just now' : `${roughText(seconds)} ago`;
};

/** "in 3 min 10 s"; "any moment" once it is due. */
export const inText = (at: number, now: number): string => {
  const seconds = Math.ceil((at - now) / 1_000);
  return seconds <= 0 ? 'any moment' : `in ${durationText(seconds)}`;
};

/** Date, time and zone; without `zone` in the reader's own. */
export const exactText = (at: number, zone?: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(zone ? { timeZone: zone } : {}),
  }).format(at);

/** Hours and minutes, with seconds when asked. */
export const clockText = (
  at: number,
  options: { zone?: string | undefined; seconds?: boolean } = {},
): string =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(options.seconds ? { second: '2-digit' as const } : {}),
    ...(options.zone ? { timeZone: options.zone } : {}),
  }).format(at);

const roughText = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
};
