import { performance } from 'node:perf_hooks';

/**
 * When the control plane was last known to be alive, in monotonic time: a connected socket is not contact, only
 * a lease whose tick grew is, because the tick comes from a database write.
 */
export class Contact {
  readonly #now: () => number;
  #tick = -1;
  #lastMs: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastMs = now();
  }

  /** Takes a lease; gives whether it renewed the contact. */
  renew(leaseTick: number): boolean {
    if (leaseTick <= this.#tick) return false;
    this.#tick = leaseTick;
    this.#lastMs = this.#now();
    return true;
  }

  /** A higher term restarted the control plane's counters. */
  forgetTick(): void {
    this.#tick = -1;
  }

  silentSeconds(): number {
    return (this.#now() - this.#lastMs) / 1_000;
  }
}

export type ContactLossPolicy = {
  afterSeconds: number;
  then: 'hold' | 'guard' | 'baseline';
  neverAfterSeconds: number | null;
};

/**
 * What to do after this long without contact. `guard` without an analysis in the agent is `hold`: keeping the
 * share is safe in itself, and `neverAfterSeconds` still ends it.
 */
export function afterSilence(policy: ContactLossPolicy, silentSeconds: number): 'wait' | 'hold' | 'baseline' {
  const { neverAfterSeconds } = policy;
  if (neverAfterSeconds !== null && silentSeconds >= neverAfterSeconds) return 'baseline';
  if (silentSeconds < policy.afterSeconds) return 'wait';
  return policy.then === 'baseline' ? 'baseline' : 'hold';
}
