import type { Desired } from '../protocol.ts';

export const TARGET = '0b5f1d3c-2a64-4e0f-9c55-6d1f8f1b7a01';
export const RELEASE = '6a0c2f5e-91d7-4c3b-8f2e-3b7d9e5a4c02';

/** An artifact whose digest follows from its version. */
export const artifact = (version: string) => ({ version, digest: `sha256:${version}` });

/** A wish in a release, 5 % of 2.0 beside 1.0, unless told otherwise. */
export function wishOf(over: Partial<Desired> = {}): Desired {
  return {
    v: 1,
    target: TARGET,
    generation: 1,
    release: RELEASE,
    stage: 'first',
    intent: 'advance',
    basisPoints: 500,
    baseline: artifact('1.0'),
    canary: artifact('2.0'),
    contactLoss: { afterSeconds: 60, then: 'hold', neverAfterSeconds: null },
    critical: [],
    proof: null,
    drainSeconds: 0,
    ...over,
  };
}
