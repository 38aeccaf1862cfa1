/**
 * From what is to what is wished, as a list of steps; pure. Three rules hold in every list: a workload is
 * never replaced on a track that carries traffic; a track gets traffic only after its version is up; and the
 * canary share never exceeds the larger of the old and the wished one, unless both tracks serve the same version.
 */
import type { Track } from './protocol.ts';

export type Artifact = { version: string; digest: string };

export type Wish = { basisPoints: number; baseline: Artifact | null; canary: Artifact | null };

export type Running = { version: string; digest: string; healthy: boolean } | null;

export type Situation = {
  /** What the router is set to; null when it could not be read, then both tracks count as carrying traffic. */
  basisPoints: number | null;
  baseline: Running;
  canary: Running;
};

export type Step =
  | { do: 'route'; basisPoints: number }
  | { do: 'ensure'; track: Track; artifact: Artifact }
  | { do: 'stop'; track: 'canary' };

export type StepPlan = { steps: Step[] } | { blocked: string };

const ALL = 10_000;

/** The steps to `wish`; `blocked` says in words why there is no safe way. */
export function planSteps(wish: Wish, is: Situation): StepPlan {
  if (wish.basisPoints > 0 && wish.canary === null) {
    return {
      blocked: `a canary share of ${wish.basisPoints / 100} % needs a canary version, the wish names none`,
    };
  }
  const steps: Step[] = [];
  let share = is.basisPoints;
  const route = (basisPoints: number) => {
    if (share !== basisPoints) steps.push({ do: 'route', basisPoints });
    share = basisPoints;
  };
  const lowers = wish.basisPoints === 0 || (share !== null && wish.basisPoints < share);
  if (lowers && serves(is.baseline, wish.baseline)) route(wish.basisPoints);

  if (replaces(is.baseline, wish.baseline) && share !== ALL) {
    if (!canaryServes(is, wish.baseline)) return { blocked: baselineBlocked(is, wish) };
    // Both sides of this move end on the wished baseline version, so nobody meets a version that is not wished.
    route(ALL);
  }
  if (wish.baseline !== null) steps.push({ do: 'ensure', track: 'baseline', artifact: wish.baseline });

  if (wish.basisPoints > 0 && wish.canary !== null) {
    if (replaces(is.canary, wish.canary) && share !== 0) route(0);
    steps.push({ do: 'ensure', track: 'canary', artifact: wish.canary });
  }
  // Always written, also when nothing changes: the write is what is confirmed and reported.
  steps.push({ do: 'route', basisPoints: wish.basisPoints });
  // The baseline is never stopped: it is the place to fall back to, whatever the wish forgot to name.
  if (wish.canary === null && is.canary !== null) steps.push({ do: 'stop', track: 'canary' });
  return { steps };
}

/** Does the track already run the wished version? No wish for a track is met by whatever runs there. */
export function serves(running: Running, wished: Artifact | null): boolean {
  return wished === null || (running !== null && same(running, wished));
}

function replaces(running: Running, wished: Artifact | null): boolean {
  return wished !== null && running !== null && !same(running, wished);
}

function canaryServes(is: Situation, wished: Artifact | null): boolean {
  return wished !== null && is.canary?.healthy === true && same(is.canary, wished);
}

function same(running: Artifact, wished: Artifact): boolean {
  return running.version === wished.version && running.digest === wished.digest;
}

function baselineBlocked(is: Situation, wish: Wish): string {
  return `the baseline carries traffic with ${is.baseline?.version}, but ${wish.baseline?.version} is wished as baseline and the canary does not run it: release ${wish.baseline?.version} as a canary first, or correct the registered baseline version`;
}
