/** Runs pieces of work one after the other, in the order they came; one that fails does not stop the next. */
export class Lane {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all that was queued so far is over. */
  idle(): Promise<void> {
    return this.#tail.then(() => undefined);
  }
}
