import { ServiceError } from '../services/errors.ts';

/**
 * Refuses a request that changes something, was authenticated by a cookie, and does not come from our own pages:
 * `Sec-Fetch-Site` must be same-origin where the browser sends it, and `Origin` must be ours.
 */
export const refuseForeignOrigin = (
  headers: { get: (name: string) => string | null },
  ownOrigin: string,
): void => {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const sameSite = site === null || site === 'same-origin';
  if (sameSite && origin !== null && isOwnOrigin(origin, ownOrigin, headers.get('host'))) return;
  throw new ServiceError('forbidden', 'The request does not come from this console.', {
    reason: 'foreign-origin',
  });
};

/** Ours is the configured origin, or the host the browser itself addressed. */
export const isOwnOrigin = (origin: string, ownOrigin: string, host: string | null): boolean => {
  if (origin === ownOrigin) return true;
  try {
    return host !== null && new URL(origin).host === host;
  } catch {
    return false;
  }
};
