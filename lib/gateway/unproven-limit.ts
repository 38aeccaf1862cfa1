const PER_ADDRESS_MAX = 20;

/** Bounds how many sockets of one address may wait to prove who they are. */
export class UnprovenLimit {
  readonly #waiting = new Map<string, number>();

  admits(address: string): boolean {
    return (this.#waiting.get(address) ?? 0) < PER_ADDRESS_MAX;
  }

  /** Counts a socket in; the answer counts it out, once. */
  enter(address: string): () => void {
    this.#waiting.set(address, (this.#waiting.get(address) ?? 0) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (this.#waiting.get(address) ?? 1) - 1;
      if (rest > 0) this.#waiting.set(address, rest);
      else this.#waiting.delete(address);
    };
  }
}
