import { performance } from 'node:perf_hooks';
import type { Timing } from './timing.ts';

/**
 * When to try again: full jitter over a window that doubles. A failed attempt waits out the rest of its window
 * before the next one opens, so that a fleet's attempts stay evenly spread.
 */
export class Reconnect {
  readonly #timing: Timing;
  readonly #random: () => number;
  readonly #now: () => number;
  #attempt = 0;
  #windowEndMs = 0;

  constructor(timing: Timing, random = Math.random, now: () => number = () => performance.now()) {
    this.#timing = timing;
    this.#random = random;
    this.#now = now;
  }

  /** Milliseconds from now to the next attempt. */
  nextDelayMs(): number {
    const { reconnectMsMin, reconnectMsMax } = this.#timing;
    const now = this.#now();
    const window = Math.min(reconnectMsMax, reconnectMsMin * 2 ** Math.min(this.#attempt, 30));
    const opens = Math.max(now, this.#windowEndMs);
    this.#attempt += 1;
    this.#windowEndMs = opens + window;
    return opens - now + this.#random() * window;
  }

  /** A session of this length ended; only a stable one starts the windows anew. */
  ended(sessionMs: number): void {
    if (sessionMs >= this.#timing.stableMs) this.reset();
  }

  reset(): void {
    this.#attempt = 0;
    this.#windowEndMs = 0;
  }

  /** Another process has taken over: come back late, so that the two do not fight. */
  yieldTurn(): void {
    this.#attempt = 30;
    this.#windowEndMs = this.#now() + this.#timing.reconnectMsMax;
  }
}
