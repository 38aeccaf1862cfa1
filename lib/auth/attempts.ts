const WINDOW_MS = 15 * 60_000;
const ATTEMPTS_MAX = 10;
const KEYS_MAX = 10_000;

/** Counts failed sign-ins by e-mail and address; after ten in a quarter of an hour the answer is no without looking. */
export class Attempts {
  readonly #failures = new Map<string, number[]>();

  isBlocked(key: string, now: number): boolean {
    return this.#recent(key, now).length >= ATTEMPTS_MAX;
  }

  failed(key: string, now: number): void {
    if (this.#failures.size >= KEYS_MAX) this.#failures.clear();
    this.#failures.set(key, [...this.#recent(key, now), now]);
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string, now: number): number[] {
    return (this.#failures.get(key) ?? []).filter((at) => now - at < WINDOW_MS);
  }
}
