import { shareText } from '#lib/domain/release/words.ts';

/** A share of the API, in percent, as people read it; null is "unknown", never zero. */
export const percentShare = (share: number | null): string =>
  share === null ? 'unknown' : shareText(Math.round(share * 100));

/** Where a share stands on a bar of 0..1. The square root keeps 0.1 % and 5 % apart, and 100 % at the end. */
export const barPosition = (share: number): number => Math.sqrt(Math.max(0, Math.min(100, share)) / 100);

/** Wanted and seen are the same when they differ by less than counting error at these requests would explain. */
export const sharesAgree = (wanted: number, seen: number, requests: number): boolean => {
  const p = wanted / 100;
  const error = 100 * Math.sqrt((p * (1 - p)) / Math.max(1, requests));
  return Math.abs(wanted - seen) <= Math.max(0.05, 3.3 * error);
};
