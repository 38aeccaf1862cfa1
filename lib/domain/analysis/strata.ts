/** The spans of one place that are compared with each other; times are milliseconds since the epoch. */
export type Stratum = {
  canaryN: number;
  baselineN: number;
  since: number;
  until: number;
  /** The share the router was set to, 0..1; null = unknown. */
  share: number | null;
};

/** Both arms need this many requests before a stratum closes. */
export const STRATUM_REQUESTS_MIN = 2;

/**
 * Adds one span to the open stratum of a place and closes it as soon as both arms have served enough.
 * The rule looks at requests and times only, never at outcomes: that is what keeps the bets fair. A stratum
 * that was interrupted by a silence or grew too old is dropped, because the rate may have moved meanwhile, and so is
 * one in which the share was changed, because two mixtures must not be pooled.
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
  // A state that was stored before shares were kept has none.
  if ((open.share ?? null) !== part.share) return false;
  const gap = part.since - open.until;
  return gap <= GAP_MILLISECONDS_MAX && part.until - open.since <= STRATUM_AGE_MILLISECONDS_MAX;
}

function joinSpans(open: Stratum, part: Stratum): Stratum {
  return {
    canaryN: open.canaryN + part.canaryN,
    baselineN: open.baselineN + part.baselineN,
    since: open.since,
    until: part.until,
    share: part.share,
  };
}
