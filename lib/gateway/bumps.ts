/** "Something under this topic changed": said at once the first time, then at most once per interval. */
export class Bumps {
  readonly #emit: (topic: string, version: number) => void;
  readonly #intervalMs: number;
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; again: boolean }>();
  #version = 0;

  constructor(emit: (topic: string, version: number) => void, intervalMs = 250) {
    this.#emit = emit;
    this.#intervalMs = intervalMs;
  }

  bump(topic: string): void {
    const waiting = this.#waiting.get(topic);
    if (waiting) {
      waiting.again = true;
      return;
    }
    this.#version += 1;
    this.#emit(topic, this.#version);
    const entry = { again: false, timer: setTimeout(() => this.#elapsed(topic, entry), this.#intervalMs) };
    this.#waiting.set(topic, entry);
  }

  stop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #elapsed(topic: string, entry: { again: boolean }): void {
    this.#waiting.delete(topic);
    if (entry.again) this.bump(topic);
  }
}
