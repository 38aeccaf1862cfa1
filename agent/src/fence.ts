/**
 * The rule that orders wishes: pure, so that a model test can drop, double, reorder and crash around it.
 * A generation is issued once per target by the control plane; the highest one on the agent's disk wins.
 */
import type { Desired } from './protocol.ts';

export type Held = { generation: number; fingerprint: string };

export type FenceAnswer = 'accept' | 'repeat' | 'superseded';

/**
 * What to do with a wish that arrived: `accept` a higher generation, answer a `repeat` of the same one again
 * without acting twice, refuse as `superseded` what is lower or the same number with another content.
 */
export function judgeWish(held: Held | null, wish: Held): FenceAnswer {
  if (held === null || wish.generation > held.generation) return 'accept';
  return wish.generation === held.generation && wish.fingerprint === held.fingerprint
    ? 'repeat'
    : 'superseded';
}

/** May a write of `generation` go to the router, given the highest generation on disk at this moment? */
export function mayWrite(generationOnDisk: number | null, generation: number): boolean {
  return generationOnDisk === null || generation >= generationOnDisk;
}

/** Identifies what a wish asks of the target; two copies of one wish have equal fingerprints. */
export function fingerprintOf(wish: Desired): string {
  const artifact = (a: Desired['baseline']) => (a === null ? null : [a.version, a.digest]);
  return JSON.stringify([
    wish.release,
    wish.basisPoints,
    artifact(wish.baseline),
    artifact(wish.canary),
    wish.contactLoss.afterSeconds,
    wish.contactLoss.then,
    wish.contactLoss.neverAfterSeconds,
  ]);
}
