/** The present traffic: sums that forget with a half-life of a minute. */
export type Pace = { seconds: number; canaryN: number; baselineN: number };

export const newPace = (): Pace => ({ seconds: 0, canaryN: 0, baselineN: 0 });

/** Adds one span of `seconds` in which both arms reported, in place. */
export function addPace(pace: Pace, seconds: number, canaryN: number, baselineN: number): void {
  const keep = 0.5 ** (seconds / HALF_LIFE_SECONDS);
  pace.seconds = pace.seconds * keep + seconds;
  pace.canaryN = pace.canaryN * keep + canaryN;
  pace.baselineN = pace.baselineN * keep + baselineN;
}

/** Requests a second of both arms; null before the first span. */
export function requestsPerSecond(pace: Pace): { canary: number; baseline: number } | null {
  if (pace.seconds === 0) return null;
  return { canary: pace.canaryN / pace.seconds, baseline: pace.baselineN / pace.seconds };
}

const HALF_LIFE_SECONDS = 60;
