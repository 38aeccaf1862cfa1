import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSampleRatio, newSampleRatio, observeSampleRatio, type SampleRatio } from './sample-ratio.ts';
import { poisson, randomFrom } from './testing/random.ts';
import { spanAt } from './testing/span.ts';

/** The evidence after one more span; the given one is changed as well. */
const taken = (...[evidence, ...span]: Parameters<typeof observeSampleRatio>): SampleRatio => {
  observeSampleRatio(evidence, ...span);
  return evidence;
};

/** 60 requests a second of which the canary is assigned `assigned` and gets `got`; one answer a second. */
function* simulate(seed: number, seconds: number, assigned: number, got: (second: number) => number) {
  const random = randomFrom(seed);
  const ratio = newSampleRatio();
  for (let second = 1; second <= seconds; second += 1) {
    const share = got(second);
    const canary = poisson(random, 60 * share);
    const baseline = poisson(random, 60 * (1 - share));
    taken(ratio, spanAt(second), canary, baseline, assigned);
    yield findSampleRatio(ratio)?.evidence ?? 1;
  }
}
const last = (evidence: Iterable<number>) => [...evidence].at(-1) ?? Number.NaN;

describe('the sample ratio', () => {
  it('trusts a split that fits the assigned share at every look, and one that is off by a tenth', () => {
    let doubted = 0;
    for (let seed = 1; seed <= 80; seed += 1) {
      const got = seed % 2 === 0 ? 0.05 : 0.055;
      if (Math.max(...simulate(seed * 13, 300, 0.05, () => got)) >= 100) doubted += 1;
    }
    expect(doubted).toBeLessThanOrEqual(4);
  });

  it.each([
    ['twice the assigned requests', 0.09],
    ['half of the assigned requests', 0.02],
    ['no request at all', 0],
  ])('finds a canary that gets %s', (_, got) => {
    expect(last(simulate(5, 400, 0.05, () => got))).toBeGreaterThan(100);
  });

  it('believes a split again after it was mended', () => {
    const mended = simulate(9, 900, 0.05, (second) => (second < 300 ? 0.12 : 0.05));
    expect(last(mended)).toBeLessThan(100);
  });

  it('says what was seen and what was assigned', () => {
    const ratio = taken(newSampleRatio(), spanAt(1), 9, 91, 0.05);
    expect(findSampleRatio(ratio)).toMatchObject({ seen: 0.09, assigned: 0.05 });
  });

  it('learns nothing without a share, from a share of nothing or everything, and from history', () => {
    const share = fc.constantFrom(undefined, 0, 1, -3, 7, Number.NaN);
    fc.assert(
      fc.property(share, fc.nat(1000), fc.nat(1000), (assigned, canary, baseline) => {
        const ratio = taken(newSampleRatio(), spanAt(1), canary, baseline, assigned);
        expect(findSampleRatio(ratio)).toBeNull();
      }),
    );
    const before = spanAt(-5);
    expect(findSampleRatio(taken(newSampleRatio(), before, 50, 50, 0.05))).toBeNull();
  });
});
