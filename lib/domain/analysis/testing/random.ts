import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of numbers in 0..1 that is the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A Poisson number by counting exponential waits; for means of up to a few hundred. */
export function poisson(random: () => number, mean: number): number {
  let count = -1;
  let passed = 0;
  while (passed < mean) {
    passed -= Math.log(1 - random());
    count += 1;
  }
  return Math.max(0, count);
}
