import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToCurve, newRatioCurve, ratioInterval } from './ratio-curve.ts';

const after = (canaryBad: number, baselineBad: number, dispersion = 1) => {
  const curve = newRatioCurve();
  addToCurve(curve, { canaryN: 1000, canaryBad, baselineN: 1000, baselineBad }, dispersion);
  return curve;
};

it('knows nothing before the first failure', () => {
  expect(ratioInterval(newRatioCurve(), 0.05)).toEqual({ low: null, high: null });
});

it('holds the observed ratio between its bounds', () => {
  const { low, high } = ratioInterval(after(300, 100), 0.05);
  expect(low).toBeGreaterThan(1.8);
  expect(low).toBeLessThan(3);
  expect(high).toBeGreaterThan(3);
  expect(high).toBeLessThan(4.5);
});

it('has no upper bound when the baseline never failed', () => {
  const { low, high } = ratioInterval(after(20, 0), 0.05);
  expect(low).toBeGreaterThan(1);
  expect(high).toBeNull();
});

it('grows wider with a smaller alpha and with bursts, never narrower', () => {
  const width = fc.record({
    canaryBad: fc.integer({ min: 0, max: 80 }),
    baselineBad: fc.integer({ min: 0, max: 80 }),
  });
  fc.assert(
    fc.property(width, ({ canaryBad, baselineBad }) => {
      const usual = ratioInterval(after(canaryBad, baselineBad), 0.05);
      for (const wider of [
        ratioInterval(after(canaryBad, baselineBad), 0.01),
        ratioInterval(after(canaryBad, baselineBad, 3), 0.05),
      ]) {
        expect(wider.low ?? 0).toBeLessThanOrEqual(usual.low ?? 0);
        expect(wider.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
          usual.high ?? Number.POSITIVE_INFINITY,
        );
      }
    }),
  );
});
