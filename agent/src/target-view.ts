import type { RouterReading } from './drivers/driver.ts';
import { type Messages, TRACKS, type Track } from './protocol.ts';
import type { Running } from './reconcile.ts';
import { shorten } from './report.ts';

export type ObservedTarget = Messages['observed']['targets'][number];

export type TargetFacts = {
  target: string;
  generation: number;
  reading: RouterReading | null;
  /** Without a wish there is nothing the router could confirm. */
  wished: boolean;
  problem: string | null;
  running: Record<Track, Running>;
};

/** The facts of one target as the `observed` message carries them; `sourceProblem` is filled in by the sampler. */
export function observedTarget(facts: TargetFacts): ObservedTarget {
  const { reading } = facts;
  return {
    target: facts.target,
    generation: facts.generation,
    setBasisPoints: reading?.setBasisPoints ?? null,
    seenBasisPoints: reading?.seenBasisPoints ?? null,
    seenRequests: reading?.seenRequests ?? 0,
    confirmed: facts.wished && reading !== null ? reading.confirmed : 'unknown',
    router:
      reading?.identity === undefined || reading.identity === null ? null : shorten(reading.identity, 200),
    problem: facts.problem === null ? null : shorten(facts.problem),
    sourceProblem: null,
    workloads: TRACKS.flatMap((track) => {
      const running = facts.running[track];
      return running === null ? [] : [{ track, version: running.version, healthy: running.healthy }];
    }),
  };
}
