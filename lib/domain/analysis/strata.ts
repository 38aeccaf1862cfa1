/** The spans of one place that are compared with each other; times are milliseconds since the epoch. */
export type Stratum = { canaryN: number; baselineN: number; since: number; until: number };

/** Both arms need this many requests before a stratum closes. */
export const STRATUM_REQUESTS_MIN = 2;

/**
 * Adds one span to the open stratum of a place and closes it as soon as both arms have served enough.
 * The rule looks at requests and times only, never at outcomes: that is what keeps the bets fair. A stratum
 * that was interrupted by a silence or grew too old is dropped, because the rate may have moved meanwhile.
 */
export function addToStratum<T extends Stratum>(
  open: T | null,
  part: T,
  join: (spans: Stratum, a: T, b: T) => T,
): { open: T | null; closed: T | null } {
  const next = mayContinue(open, part) ? join(joinSpans(open, part), open, part) : part;
  const full = next.canaryN >= STRATUM_REQUESTS_MIN && next.baselineN >= STRATUM_REQUESTS_MIN;
  return full ? { open: null, closed: next } : { open: next, closed: null };
}

const STRATUM_AGE_MILLISECONDS_MAX = 300_000;
const GAP_MILLISECONDS_MAX = 30_000;

function mayContinue<T extends Stratum>(open: T | null, part: Stratum): open is T {
  if (open === null) return false;
  const gap = part.since - open.until;
  return gap <= GAP_MILLISECONDS_MAX && part.until - open.since <= STRATUM_AGE_MILLISECONDS_MAX;
}

function joinSpans(open: Stratum, part: Stratum): Stratum {
  return {
    canaryN: open.canaryN + part.canaryN,
    baselineN: open.baselineN + part.baselineN,
    since: open.since,
    until: part.until,
  };
}
