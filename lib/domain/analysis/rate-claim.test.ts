import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { mixtureEvidence } from './mixture.ts';
import {
  newRateClaim,
  RATE_CLAIM_PART,
  RATE_CLAIM_WEIGHTS,
  type RateClaim,
  stepRateClaim,
} from './rate-claim.ts';

const NO_CAP = { dispersion: 1, cap: Number.POSITIVE_INFINITY };
const evidenceOf = (claim: RateClaim) => mixtureEvidence(claim.mixture, RATE_CLAIM_WEIGHTS);
const started = (rateMax: number): RateClaim => {
  const claim = newRateClaim(rateMax);
  if (!claim) throw new Error('no claim');
  return claim;
};
const feed = (rateMax: number, blocks: readonly { n: number; bad: number }[]): number[] => {
  const claim = started(rateMax);
  return blocks.map((block, index) => {
    stepRateClaim(claim, block, { ...NO_CAP, elapsedSeconds: index });
    return evidenceOf(claim);
  });
};
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

/** Every history of some blocks with its chance: the mean evidence at the end, and the chance to reach a limit. */
function enumerate(
  rateMax: number,
  rate: number | ((history: readonly number[]) => number),
  { blocks, n, limit }: { blocks: number; n: number; limit: number },
): { mean: number; shown: number } {
  let [mean, shown] = [0, 0];
  const walk = (history: readonly number[], probability: number): void => {
    if (history.length === blocks) {
      const evidence = feed(
        rateMax,
        history.map((bad) => ({ n, bad })),
      );
      mean += probability * (evidence.at(-1) ?? 0);
      if (evidence.some((value) => value >= limit)) shown += probability;
      return;
    }
    const p = typeof rate === 'number' ? rate : rate(history);
    for (let bad = 0; bad <= n; bad += 1)
      walk([...history, bad], probability * choose(n, bad) * p ** bad * (1 - p) ** (n - bad));
  };
  walk([], 1);
  return { mean, shown };
}

describe('the claim that few requests fail', () => {
  it('is shown by the promised number of requests without a failure, and not by half of them', () => {
    const evidence = feed(
      0.001,
      Array.from({ length: 585 }, () => ({ n: 10, bad: 0 })),
    );
    expect(RATE_CLAIM_PART * (evidence[300] ?? 0)).toBeLessThan(10);
    expect(RATE_CLAIM_PART * (evidence.at(-1) ?? 0)).toBeGreaterThan(19);
  });

  it.each([0.05, 0.08, 0.3])(
    'never gains on average over whole histories, counted exactly, while %d of the requests fail',
    (rate) => {
      const { mean, shown } = enumerate(0.05, rate, { blocks: 4, n: 4, limit: 1.2 });
      expect(mean).toBeLessThanOrEqual(1 + 1e-12);
      // Ville: the chance of ever reaching 1.2, looked at after every block, is at most 1 / 1.2.
      expect(shown).toBeLessThanOrEqual(1 / 1.2);
    },
  );

  it('keeps its promise while the rate moves above the limit in ways that follow what was seen', () => {
    const rateAfter = (history: readonly number[]) => (history.at(-1) === 0 ? 0.05 : 0.4);
    expect(enumerate(0.05, rateAfter, { blocks: 4, n: 3, limit: 2 }).mean).toBeLessThanOrEqual(1 + 1e-12);
  });

  it('gains on average when the rate lies below the limit', () => {
    expect(enumerate(0.3, 0.01, { blocks: 4, n: 4, limit: 2 }).mean).toBeGreaterThan(1.5);
  });

  it('is hardly ever shown for a service that fails exactly as often as the limit, looked at all the time', () => {
    let shown = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const generator = xoroshiro128plus(seed * 7919);
      const blocks = Array.from({ length: 150 }, () => ({
        n: 20,
        bad: Array.from({ length: 20 }, () => uniformFloat64(generator)).filter((u) => u < 0.02).length,
      }));
      if (feed(0.02, blocks).some((evidence) => evidence >= 20)) shown += 1;
    }
    // Ville's bound is 15 of 300 at most; the bound itself must hold but for the luck of the seeds.
    expect(shown).toBeLessThanOrEqual(15);
    expect(shown).toBeGreaterThan(0);
  });

  it('survives one failure after a long good time, and is lost when failures start', () => {
    const claim = started(0.001);
    const step = (n: number, bad: number, elapsedSeconds: number) => {
      stepRateClaim(claim, { n, bad }, { dispersion: 1, elapsedSeconds, cap: 400 });
      return RATE_CLAIM_PART * evidenceOf(claim);
    };
    for (let second = 1; second <= 2000; second += 1) step(50, 0, second);
    expect(step(50, 1, 2001)).toBeGreaterThanOrEqual(20);
    expect(step(50, 1, 2002)).toBeLessThan(20);
    for (let second = 2003; second <= 2010; second += 1) step(50, 1, second);
    expect(step(50, 0, 2011)).toBeLessThan(1);
  });

  it('never gains from a failure in place of a success', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 }),
        fc.nat(39),
        (bads, at) => {
          const blocks = bads.map((bad) => ({ n: 50, bad }));
          const worse = blocks.map((block, index) =>
            index === at % blocks.length ? { ...block, bad: block.bad + 1 } : block,
          );
          expect(feed(0.01, worse).at(-1) ?? 0).toBeLessThanOrEqual((feed(0.01, blocks).at(-1) ?? 0) + 1e-9);
        },
      ),
    );
  });

  it('can be switched off', () => {
    expect(newRateClaim(0)).toBeNull();
    expect(newRateClaim(1)).toBeNull();
  });
});
