/** Over which time was the router set to which share? Times are milliseconds since the epoch. */
export class ShareHistory {
  #known: { basisPoints: number; identity: string | null; since: number; until: number } | null = null;

  /** A write begins: until the next reading nothing is known. */
  changing(): void {
    this.#known = null;
  }

  /** A reading that was asked for and answered at these times; null when the share could not be read. */
  seen(reading: {
    basisPoints: number | null;
    identity: string | null;
    askedAt: number;
    answeredAt: number;
  }): void {
    const { basisPoints, identity, askedAt, answeredAt } = reading;
    if (basisPoints === null) return;
    const same = this.#known?.basisPoints === basisPoints && this.#known.identity === identity;
    // What lies between two readings is only known when both say the same; each proves no more than its own moment.
    if (this.#known !== null && same) this.#known.until = Math.max(this.#known.until, askedAt);
    else this.#known = { basisPoints, identity, since: answeredAt, until: answeredAt };
  }

  /** Has the share that is set now been set long enough for a span from `from` to have one share? */
  beganBefore(from: number): boolean {
    return this.#known !== null && this.#known.since + SETTLE_MS <= from;
  }

  /** The share that was set over all of the span, in basis points; null when it changed or was not seen at both ends. */
  over(from: number, until: number): number | null {
    if (this.#known === null || !this.beganBefore(from) || this.#known.until < until) return null;
    return this.#known.basisPoints;
  }
}

/** Requests that were sent under the share before are counted when they are answered. */
const SETTLE_MS = 1_000;
