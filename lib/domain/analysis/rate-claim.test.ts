import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixtureEvidence } from './mixture.ts';
import { newRateClaim, RATE_CLAIM_WEIGHTS, type RateClaim, stepRateClaim } from './rate-claim.ts';

const NO_CAP = { dispersion: 1, cap: Number.POSITIVE_INFINITY };
const evidenceOf = (claim: RateClaim) => mixtureEvidence(claim.mixture, RATE_CLAIM_WEIGHTS);
const started = (rateMax: number): RateClaim => {
  const claim = newRateClaim(rateMax);
  if (!claim) throw new Error('no claim');
  return claim;
};
const feed = (rateMax: number, blocks: readonly { n: number; bad: number }[]): number[] => {
  let claim = started(rateMax);
  return blocks.map((block, index) => {
    claim = stepRateClaim(claim, block, { ...NO_CAP, elapsedSeconds: index });
    return evidenceOf(claim);
  });
};
/** A small linear generator: the same numbers on every machine. */
const chance = (seed: number) => {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

describe('the claim that few requests fail', () => {
  it('is shown by enough requests without a failure', () => {
    const evidence = feed(
      0.001,
      Array.from({ length: 700 }, () => ({ n: 10, bad: 0 })),
    );
    expect(evidence[200]).toBeLessThan(100);
    expect(evidence.at(-1)).toBeGreaterThan(100);
  });

  it('has an expectation of at most one request by request, whatever rate at or above the limit holds', () => {
    for (const rate of [0.02, 0.03, 0.1]) {
      const [good, bad] = [feed(0.02, [{ n: 1, bad: 0 }])[0] ?? 0, feed(0.02, [{ n: 1, bad: 1 }])[0] ?? 0];
      expect((1 - rate) * good + rate * bad).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('is hardly ever shown for a service that fails exactly as often as the limit', () => {
    let shown = 0;
    for (let run = 1; run <= 300; run += 1) {
      const random = chance(run);
      const blocks = Array.from({ length: 150 }, () => ({
        n: 20,
        bad: Array.from({ length: 20 }, random).filter((u) => u < 0.02).length,
      }));
      if (feed(0.02, blocks).some((evidence) => evidence >= 20)) shown += 1;
    }
    // Ville's bound is 15 of 300; three standard deviations above it would be 26.
    expect(shown).toBeLessThanOrEqual(26);
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
  });
});
