import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CountEvidence, newCount, observeCount } from './count.ts';
import { mixtureEvidence } from './mixture.ts';
import { ratioInterval } from './ratio-curve.ts';
import { splitGains } from './split-bet.ts';
import { errorsPolicy } from './testing/intervals.ts';
import { poisson, randomFrom } from './testing/random.ts';
import { spanAt } from './testing/span.ts';

/** The evidence after one more span; the given one is changed as well. */
const taken = (...[evidence, ...span]: Parameters<typeof observeCount>): CountEvidence => {
  observeCount(evidence, ...span);
  return evidence;
};

const metric = { name: 'orders', margin: 0.01, weight: 1 };
const fresh = (direction: 'higher-is-better' | 'lower-is-better' = 'higher-is-better') =>
  newCount(errorsPolicy, metric, { name: 'orders', kind: 'count', direction });
const harm = ({ harm, harmBet }: CountEvidence) => mixtureEvidence(harm, harmBet.weights);
const claim = ({ claim, claimBet }: CountEvidence) => mixtureEvidence(claim, claimBet.weights);

/** Orders at `rate` a second, the canary making `ratio` times as many of its share. */
function simulate(seed: number, seconds: number, ratio: number, shareAt: (second: number) => number) {
  const random = randomFrom(seed);
  const evidence = fresh();
  let most = 1;
  for (let second = 1; second <= seconds; second += 1) {
    const share = shareAt(second);
    const rate = 5 + 4 * Math.sin(second / 40);
    const arms = {
      canary: poisson(random, rate * share * ratio),
      baseline: poisson(random, rate * (1 - share)),
    };
    taken(evidence, spanAt(second), arms, share);
    most = Math.max(most, harm(evidence));
  }
  return { evidence, most };
}

describe('counts without a denominator', () => {
  it('multiplies, on average, by at most one under every ratio that is no harm: every outcome counted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        fc.double({ min: 0.99, max: 3, noNaN: true }),
        (events, share, ratio) => {
          const bet = fresh().harmBet;
          const chance = (ratio * share) / (ratio * share + 1 - share);
          const mean = bet.ratios.map(() => 0);
          let weight = (1 - chance) ** events;
          for (let x = 0; x <= events; x += 1) {
            const split = { canaryN: share, canaryBad: x, baselineN: 1 - share, baselineBad: events - x };
            splitGains(bet, split).forEach((gain, j) => {
              mean[j] = (mean[j] ?? 0) + weight * Math.exp(gain);
            });
            weight *= ((events - x) / (x + 1)) * (chance / (1 - chance));
          }
          for (const value of mean) expect(value).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hardly ever accuses a canary that earns its share, while the share and the stream change', () => {
    let accused = 0;
    for (let seed = 1; seed <= 120; seed += 1) {
      const { most } = simulate(seed * 31, 300, 1, (second) => (second < 150 ? 0.05 : 0.4));
      if (most >= 100) accused += 1;
    }
    expect(accused).toBeLessThanOrEqual(5);
  });

  it('finds a canary that loses half of its orders, and bounds the ratio below 1', () => {
    const { evidence, most } = simulate(7, 400, 0.5, () => 0.3);
    expect(most).toBeGreaterThan(100);
    expect(ratioInterval(evidence.curve, 0.01).high).toBeLessThan(1);
    expect(evidence.totals.expected - evidence.totals.canary).toBeGreaterThan(100);
  });

  it('shows "more than half of the baseline" for a canary that earns its share', () => {
    expect(claim(simulate(11, 400, 1, () => 0.3).evidence)).toBeGreaterThan(20);
  });

  it('never says less of harm when the canary sold less', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(8), fc.nat(20)), { minLength: 1, maxLength: 20 }), (spans) => {
        const run = (lost: number) =>
          spans.reduce(
            (evidence, [canary, baseline], i) =>
              taken(evidence, spanAt(i + 1), { canary: Math.max(0, canary - lost), baseline }, 0.25),
            fresh(),
          );
        // Bursts are discounted by the dispersion, so the plain process is the one that is monotone.
        const plain = ({ harm, harmBet }: CountEvidence) =>
          harm.plain.reduce((sum, value, j) => sum + value * (harmBet.weights[j] ?? 0), 0);
        expect(plain(run(1))).toBeGreaterThanOrEqual(plain(run(0)) * (1 - 1e-9));
      }),
      { numRuns: 50 },
    );
  });

  it('learns nothing while the share is unknown, nothing or everything', () => {
    for (const share of [undefined, 0, 1]) {
      const evidence = taken(fresh(), spanAt(1), { canary: 0, baseline: 50 }, share);
      expect(harm(evidence)).toBeCloseTo(1, 12);
      expect(evidence.comparedAt).toBeNull();
    }
  });
});
