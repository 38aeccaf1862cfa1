/**
 * From what is to what is wished, as a list of steps; pure. Three rules hold in every list: a workload is
 * never replaced or restarted on a track that carries traffic; a track gets traffic only after its version is up; and the
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

/** The steps to `wish`; `blocked` says in words why there is no safe way now. */
export function planSteps(wish: Wish, is: Situation): StepPlan {
  if (wish.basisPoints > 0 && wish.canary === null) {
    return {
      blocked: `a canary share of ${wish.basisPoints / 100} % needs a canary version, the wish names none`,
    };
  }
  const ailing = ailingUnderTraffic(wish, is);
  if (ailing !== null && raises(wish, is)) return { blocked: ailing };
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
  const up = (track: Track, artifact: Artifact, carries: boolean) => {
    if (!keeps(is[track], artifact, carries)) steps.push({ do: 'ensure', track, artifact });
  };
  if (wish.baseline !== null) up('baseline', wish.baseline, share !== ALL);
  if (wish.basisPoints > 0 && wish.canary !== null) {
    if (replaces(is.canary, wish.canary) && share !== 0) route(0);
    up('canary', wish.canary, share !== 0);
  }
  // Always written, also when nothing changes: the write is what is confirmed and reported.
  steps.push({ do: 'route', basisPoints: wish.basisPoints });
  // The baseline is never stopped: it is the place to fall back to, whatever the wish forgot to name.
  if (wish.canary === null && is.canary !== null) steps.push({ do: 'stop', track: 'canary' });
  return { steps };
}

/** What runs is the wished version, and either well or busy serving: starting it again would take it away. */
function keeps(running: Running, wished: Artifact, carries: boolean): boolean {
  return running !== null && same(running, wished) && (running.healthy || carries);
}

function raises(wish: Wish, is: Situation): boolean {
  return wish.basisPoints > (is.basisPoints ?? 0);
}

/** The wished version serves already but is not well: no reason to give it more, or its neighbour. */
function ailingUnderTraffic(wish: Wish, is: Situation): string | null {
  const sick = (running: Running, wished: Artifact | null) =>
    running !== null && !running.healthy && wished !== null && same(running, wished);
  if (is.basisPoints !== ALL && sick(is.baseline, wish.baseline)) {
    return `the baseline ${wish.baseline?.version} carries traffic and fails its check`;
  }
  if (is.basisPoints !== 0 && sick(is.canary, wish.canary)) {
    return `the canary ${wish.canary?.version} carries traffic and fails its check`;
  }
  return null;
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
