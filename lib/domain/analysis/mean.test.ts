import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAmounts, type MeanEvidence, newMean, observeMean } from './mean.ts';
import { MEAN_BET_WEIGHTS } from './mean-bet.ts';
import { meanRatioInterval } from './mean-curve.ts';
import { mixtureEvidence } from './mixture.ts';
import { errorsPolicy } from './testing/intervals.ts';
import { randomFrom } from './testing/random.ts';
import { spanAt } from './testing/span.ts';

/** The evidence after one more span; the given one is changed as well. */
const taken = (...[evidence, ...span]: Parameters<typeof observeMean>): MeanEvidence => {
  observeMean(evidence, ...span);
  return evidence;
};

const definition = { name: 'basket', kind: 'mean', direction: 'higher-is-better', bound: 100 } as const;
const start = (margin = 0.01): MeanEvidence => {
  const evidence = newMean(errorsPolicy, { name: 'basket', margin, weight: 1 }, definition);
  if (evidence === null) throw new Error('a mean with a bound can be judged');
  return evidence;
};
const harm = ({ harmBet }: MeanEvidence) => mixtureEvidence(harmBet.mixture, MEAN_BET_WEIGHTS);
const claim = ({ claimBet }: MeanEvidence) => mixtureEvidence(claimBet.mixture, MEAN_BET_WEIGHTS);
const amounts = (values: number[]) => ({
  n: values.length,
  sum: values.reduce((a, b) => a + b, 0),
  sumOfSquares: values.reduce((a, b) => a + b * b, 0),
});

/** Baskets around 35 of at most 100; the canary's are `ratio` times as large. */
function simulate(seed: number, seconds: number, ratio: number) {
  const random = randomFrom(seed);
  const basket = (scale: number) => Math.min(100, -scale * 35 * Math.log(1 - random()));
  const drift = (second: number) => 1 + 0.3 * Math.sin(second / 50);
  const evidence = start();
  let most = 1;
  for (let second = 1; second <= seconds; second += 1) {
    const now = drift(second);
    const canary = amounts(Array.from({ length: 4 }, () => basket(now) * ratio));
    const baseline = amounts(Array.from({ length: 12 }, () => basket(now)));
    taken(evidence, spanAt(second), canary, baseline);
    most = Math.max(most, harm(evidence));
  }
  return { evidence, most };
}

describe('means of bounded amounts', () => {
  it('multiplies, on average, by at most one when both arms draw from one law: every outcome counted', () => {
    const amount = fc.constantFrom(0, 10, 35, 100);
    fc.assert(
      fc.property(fc.array(amount, { minLength: 2, maxLength: 4 }), (law) => {
        let mean = 0;
        let outcomes = 0;
        for (const a of law)
          for (const b of law)
            for (const c of law)
              for (const d of law) {
                const seen = taken(start(0), spanAt(1), amounts([a, b]), amounts([c, d]));
                mean += harm(seen);
                outcomes += 1;
              }
        expect(mean / outcomes).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('hardly ever accuses a canary whose baskets are the same, while all baskets drift', () => {
    let accused = 0;
    let excluded = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const { evidence, most } = simulate(seed * 17, 300, 1);
      if (most >= 100) accused += 1;
      const { low, high } = meanRatioInterval(evidence.curve, 0.01);
      if ((low ?? 0) > 1 || (high ?? 9) < 1) excluded += 1;
    }
    expect(accused).toBeLessThanOrEqual(4);
    expect(excluded).toBeLessThanOrEqual(6);
  });

  it('finds baskets that are a quarter smaller, and bounds the ratio', () => {
    const { evidence, most } = simulate(3, 600, 0.75);
    expect(most).toBeGreaterThan(100);
    const { low, high } = meanRatioInterval(evidence.curve, 0.01);
    expect(high).toBeLessThan(1);
    expect(low).toBeGreaterThan(0.5);
  });

  it('shows "more than half of the baseline" for equal baskets', () => {
    expect(claim(simulate(5, 300, 1).evidence)).toBeGreaterThan(20);
  });

  it('never says less of harm when the canary sold less, span by span', () => {
    const sums = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(sums, (spans) => {
        const run = (part: number) =>
          spans.reduce(
            (evidence, [canary, baseline], i) =>
              taken(
                evidence,
                spanAt(i + 1),
                amounts([canary * part, canary * part]),
                amounts([baseline, baseline]),
              ),
            start(),
          );
        expect(harm(run(0.8))).toBeGreaterThanOrEqual(harm(run(1)) * (1 - 1e-9));
      }),
      { numRuns: 50 },
    );
  });

  it('is not judged without a bound, for one amount could decide', () => {
    const unbounded = { ...definition, bound: undefined };
    expect(newMean(errorsPolicy, { name: 'basket', margin: 0, weight: 1 }, unbounded)).toBeNull();
  });

  it('knows impossible amounts', () => {
    expect(checkAmounts({ n: 2, sum: 150, sumOfSquares: 12_500 }, 100)).toBeNull();
    expect(checkAmounts({ n: 2, sum: 250, sumOfSquares: 0 }, 100)).toContain('more than 2 amounts');
    expect(checkAmounts({ n: 2, sum: Number.NaN, sumOfSquares: 0 }, 100)).toContain('finite');
    expect(checkAmounts({ n: 2, sum: -1, sumOfSquares: 0 }, 100)).toContain('0 or more');
  });
});
