import { type Driver, DriverError, type RouterReading } from './drivers/driver.ts';
import { mayWrite } from './fence.ts';
import type { Journal } from './journal.ts';
import { Lane } from './lane.ts';

/** The write was not made because a newer wish or another agent process is in charge. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

export type RouterWrite = { generation: number; basisPoints: number };

/**
 * The only way to the router of one target. Order of a write: intent fsynced, generation read again from disk,
 * written, read back. Writes run one at a time.
 */
export class TargetRouter {
  readonly #target: string;
  readonly #driver: Driver;
  readonly #journal: Journal;
  readonly #mayAct: () => boolean;
  readonly #lane = new Lane();
  #writes = 0;
  /** The newest reading, whoever made it. */
  last: RouterReading | null = null;

  constructor(target: string, driver: Driver, journal: Journal, mayAct: () => boolean) {
    this.#target = target;
    this.#driver = driver;
    this.#journal = journal;
    this.#mayAct = mayAct;
  }

  /**
   * Sets the share. `intentOnDisk` says that the caller has appended the intent together with its wish.
   * Throws `FencedError`, or `DriverError` when the router refuses or reads back something else.
   */
  write(wish: RouterWrite, signal: AbortSignal, intentOnDisk = false): Promise<RouterReading> {
    return this.#lane.run(async () => {
      this.#check(wish.generation, signal);
      if (!intentOnDisk) this.#journal.append(this.intent(wish));
      this.#check(wish.generation, signal);
      this.#writes += 1;
      return this.#confirm(wish.basisPoints, await this.#driver.apply(wish, signal));
    });
  }

  /** All traffic to the baseline, on the agent's own decision; the caller has journalled it. */
  restore(generation: number, signal: AbortSignal): Promise<RouterReading> {
    return this.#lane.run(async () => {
      this.#check(generation, signal);
      this.#writes += 1;
      return this.#confirm(0, await this.#driver.restore(signal));
    });
  }

  /** Reads without waiting for writes; a reading that a write has overtaken gives way to the write's own. */
  async observe(signal: AbortSignal): Promise<RouterReading> {
    const before = this.#writes;
    const reading = await this.#driver.observe(signal);
    if (before === this.#writes || this.last === null) this.last = reading;
    return this.last;
  }

  /** The journal record that has to be on disk before `wish` is written. */
  intent(wish: RouterWrite) {
    return {
      kind: 'intent' as const,
      target: this.#target,
      generation: wish.generation,
      from: this.last?.setBasisPoints ?? null,
      to: wish.basisPoints,
    };
  }

  #check(generation: number, signal: AbortSignal): void {
    if (signal.aborted) throw new FencedError('a newer wish came');
    if (!this.#mayAct()) throw new FencedError('another agent process has taken over');
    const onDisk = this.#journal.generationOnDisk(this.#target);
    if (!mayWrite(onDisk, generation)) throw new FencedError(`generation ${onDisk} is on disk`);
  }

  #confirm(basisPoints: number, reading: RouterReading): RouterReading {
    this.last = reading;
    if (reading.confirmed === 'yes') return reading;
    const shown =
      reading.setBasisPoints === null ? 'cannot be read' : `shows ${reading.setBasisPoints / 100} %`;
    throw new DriverError(
      reading.problem ?? `the router took ${basisPoints / 100} % as canary share but ${shown} when read back`,
    );
  }
}
