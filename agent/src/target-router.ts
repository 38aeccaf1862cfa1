import { type Driver, DriverError, type RouterReading } from './drivers/driver.ts';
import { mayWrite } from './fence.ts';
import type { Journal } from './journal.ts';
import { Lane } from './lane.ts';
import { ShareHistory } from './share-history.ts';

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
  readonly #shares = new ShareHistory();
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
      this.#begin();
      return this.#confirm(wish.basisPoints, await this.#driver.apply(wish, signal));
    });
  }

  /** All traffic to the baseline, on the agent's own decision; the caller has journalled it. */
  restore(generation: number, signal: AbortSignal): Promise<RouterReading> {
    return this.#lane.run(async () => {
      this.#check(generation, signal);
      this.#begin();
      return this.#confirm(0, await this.#driver.restore(signal));
    });
  }

  /** Reads without waiting for writes; a reading that a write has overtaken gives way to the write's own. */
  async observe(signal: AbortSignal): Promise<RouterReading> {
    const before = this.#writes;
    const askedAt = Date.now();
    const reading = await this.#driver.observe(signal);
    if (before === this.#writes) this.#saw(reading, askedAt);
    if (before === this.#writes || this.last === null) this.last = reading;
    return this.last;
  }

  /**
   * The share the router was set to over all of a span that lies in the past, in basis points; asks the router once
   * when the newest reading is older than the span's end. Null when it changed within or cannot be said.
   */
  async shareOver(from: number, until: number, signal: AbortSignal): Promise<number | null> {
    if (!this.#shares.beganBefore(from)) return null;
    if (this.#shares.over(from, until) === null) await this.observe(signal);
    return this.#shares.over(from, until);
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

  #begin(): void {
    this.#writes += 1;
    this.#shares.changing();
  }

  #saw({ setBasisPoints, identity }: RouterReading, askedAt: number): void {
    this.#shares.seen({ basisPoints: setBasisPoints, identity, askedAt, answeredAt: Date.now() });
  }

  #check(generation: number, signal: AbortSignal): void {
    if (signal.aborted) throw new FencedError('a newer wish came');
    if (!this.#mayAct()) throw new FencedError('another agent process has taken over');
    const onDisk = this.#journal.generationOnDisk(this.#target);
    if (!mayWrite(onDisk, generation)) throw new FencedError(`generation ${onDisk} is on disk`);
  }

  #confirm(basisPoints: number, reading: RouterReading): RouterReading {
    this.last = reading;
    // The read-back of a write came at some time before now, and a later one has to find the same.
    this.#saw(reading, Date.now());
    if (reading.confirmed === 'yes') return reading;
    const shown =
      reading.setBasisPoints === null ? 'cannot be read' : `shows ${reading.setBasisPoints / 100} %`;
    throw new DriverError(
      reading.problem ?? `the router took ${basisPoints / 100} % as canary share but ${shown} when read back`,
    );
  }
}
