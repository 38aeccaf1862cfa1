/** Which values of a label are told apart: the heaviest, the same on both tracks, and as few changes as can be. */
import { NAME_LENGTH_MAX, OTHER } from '../sample-details.ts';

export class Heaviest {
  readonly #kept: number;
  readonly #weights = new Map<string, number>();
  #chosen = new Set<string>();

  /** Tells at most `kept` names apart. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Takes in what one reading counted, by name. Names of the readings before weigh less and less. */
  learn(counts: ReadonlyMap<string, number>): void {
    for (const [name, weight] of this.#weights) this.#weights.set(name, weight * MEMORY);
    for (const [name, count] of counts)
      if (name !== OTHER) this.#weights.set(name, (this.#weights.get(name) ?? 0) + count);
    const ranked = [...this.#weights].sort(([a, x], [b, y]) => this.#rank(b, y) - this.#rank(a, x));
    for (const [name] of ranked.slice(NAMES_MAX)) this.#weights.delete(name);
    this.#chosen = new Set(ranked.slice(0, this.#kept).map(([name]) => name));
  }

  /** The name itself while it is told apart, else "other". */
  of(name: string): string {
    return this.#chosen.has(name) ? name : OTHER;
  }

  /** Who is told apart stays so until another is twice as heavy: evidence needs names that last. */
  #rank(name: string, weight: number): number {
    return this.#chosen.has(name) ? 2 * weight : weight;
  }
}

/** A label value as it may travel: no control or half characters, at most 80 characters, never empty. */
export const nameOf = (value: string | undefined): string => {
  const text = (value ?? '').slice(0, NAME_LENGTH_MAX).replace(/\p{C}/gu, '?');
  return text === '' ? OTHER : text;
};

const MEMORY = 0.99;
/** A label whose values never repeat must not grow without end. */
const NAMES_MAX = 2_000;
