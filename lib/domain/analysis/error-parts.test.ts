import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmCounts } from './contract.ts';
import {
  type ErrorParts,
  newErrorParts,
  observeErrorParts,
  PARTS_MAX,
  withParts,
  worstParts,
} from './error-parts.ts';
import { higherRateBet } from './split-bet.ts';
import { poisson, randomFrom } from './testing/random.ts';
import { spanAt } from './testing/span.ts';

const bet = higherRateBet(0.1);
const context = { bet, boundary: bet.boundary, dispersion: 1, wealth: 1 };
type Told = Pick<ArmCounts, 'routes' | 'fingerprints'>;
const arm = (requests: number, told: Told): ArmCounts => ({ requests, errors: 0, ...told });
const observe = (parts: ErrorParts, second: number, canary: ArmCounts, baseline: ArmCounts) =>
  observeErrorParts(parts, spanAt(second), canary, baseline, context);
const evidence = (parts: ErrorParts) => withParts(parts, 1, bet);

describe('routes and kinds of failures', () => {
  it('leaves the total as it is while no source tells any', () => {
    const parts = observe(newErrorParts(bet), 1, arm(5, {}), arm(95, {}));
    expect(withParts(parts, 37, bet)).toBe(37);
  });

  it('moves wealth to the parts without making or losing any', () => {
    const told = { routes: { 'GET /': { requests: 5, errors: 0 } }, fingerprints: {} };
    const parts = observeErrorParts(newErrorParts(bet), spanAt(1), arm(5, told), arm(95, told), {
      ...context,
      wealth: 12,
    });
    expect(withParts(parts, 12, bet)).toBeCloseTo(12, 9);
  });

  it('needs a handful of failures of a kind the baseline never shows', () => {
    let parts = newErrorParts(bet);
    let needed = 0;
    for (let second = 1; evidence(parts) < 200 && second < 100; second += 1) {
      needed += 1;
      const canary = arm(5, { fingerprints: { TimeoutError: 1 } });
      parts = observe(parts, second, canary, arm(95, { fingerprints: {} }));
    }
    expect(needed).toBeLessThanOrEqual(5);
    expect(worstParts(parts, bet)[0]).toMatchObject({ kind: 'fingerprint', part: { name: 'TimeoutError' } });
  });

  it('finds the one bad route among many, and names it first', () => {
    const random = randomFrom(4);
    const routes = (requests: number, bad: number) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, k) => {
          const rate = k === 7 ? bad : 0.005;
          return [`GET /${k}`, { requests, errors: Math.min(requests, poisson(random, requests * rate)) }];
        }),
      );
    let parts = newErrorParts(bet);
    for (let second = 1; second <= 60; second += 1)
      parts = observe(
        parts,
        second,
        arm(60, { routes: routes(5, 0.2) }),
        arm(480, { routes: routes(40, 0.005) }),
      );
    expect(evidence(parts)).toBeGreaterThan(100);
    expect(worstParts(parts, bet)[0]?.part.name).toBe('GET /7');
  });

  it('hardly ever accuses a healthy canary whose failures are of many kinds', () => {
    let accused = 0;
    for (let seed = 1; seed <= 80; seed += 1) {
      const random = randomFrom(seed * 101);
      const kinds = (requests: number) =>
        Object.fromEntries(
          Array.from({ length: 30 }, (_, k) => [`E${k}`, poisson(random, (requests * 0.01) / (k + 1))]),
        );
      let parts = newErrorParts(bet);
      let most = 0;
      for (let second = 1; second <= 150; second += 1) {
        parts = observe(
          parts,
          second,
          arm(5, { fingerprints: kinds(5) }),
          arm(95, { fingerprints: kinds(95) }),
        );
        most = Math.max(most, evidence(parts));
      }
      if (most >= 100) accused += 1;
    }
    expect(accused).toBeLessThanOrEqual(3);
  });

  it('stays an e-value for one failure of an unknown kind: both places it may fall on counted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }), (canaryN, baselineN) => {
        const chance = (bet.boundary * canaryN) / (bet.boundary * canaryN + baselineN);
        const evidenceIf = (canary: number) => {
          const mine = arm(canaryN, { fingerprints: canary === 1 ? { New: 1 } : {} });
          const theirs = arm(baselineN, { fingerprints: canary === 1 ? {} : { New: 1 } });
          return evidence(observe(newErrorParts(bet), 1, mine, theirs));
        };
        expect(chance * evidenceIf(1) + (1 - chance) * evidenceIf(0)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('keeps a bounded number of names, whatever they are', () => {
    const counts = fc.dictionary(fc.string(), fc.nat(5), { maxKeys: 60 });
    fc.assert(
      fc.property(counts, counts, (canary, baseline) => {
        let parts = newErrorParts(bet);
        for (let second = 1; second <= 3; second += 1)
          parts = observe(
            parts,
            second,
            arm(50, { fingerprints: canary }),
            arm(50, { fingerprints: baseline }),
          );
        expect(parts.fingerprints.parts.length).toBeLessThanOrEqual(PARTS_MAX);
        expect(Number.isFinite(evidence(parts))).toBe(true);
        expect(JSON.parse(JSON.stringify(parts))).toEqual(parts);
      }),
      { numRuns: 50 },
    );
  });
});
