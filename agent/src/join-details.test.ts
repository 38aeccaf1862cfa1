import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinDetails } from './join-details.ts';
import { type SampleDetails, sampleDetailsSchema } from './sample-details.ts';

it('adds up what was counted and keeps the later readings', () => {
  const earlier: SampleDetails = {
    amounts: { basket: { n: 1, sum: 2, sumOfSquares: 4 } },
    routes: { '/a': { requests: 3, errors: 1 }, '/b': { requests: 1, errors: 0 } },
    fingerprints: { 500: 1 },
    gauges: { memory: [{ instance: 'x', ageSeconds: 1, value: 10 }] },
    youngestSeconds: 1,
  };
  const later: SampleDetails = {
    amounts: { basket: { n: 2, sum: 3, sumOfSquares: 5 } },
    routes: { '/a': { requests: 4, errors: 0 }, '/c': { requests: 1, errors: 1 } },
    fingerprints: { 500: 2, 503: 1 },
    gauges: { memory: [{ instance: 'x', ageSeconds: 6, value: 11 }] },
    youngestSeconds: 6,
  };
  expect(joinDetails(earlier, later)).toEqual({
    amounts: { basket: { n: 3, sum: 5, sumOfSquares: 9 } },
    routes: {
      '/a': { requests: 7, errors: 1 },
      '/b': { requests: 1, errors: 0 },
      '/c': { requests: 1, errors: 1 },
    },
    fingerprints: { 500: 3, 503: 1 },
    gauges: later.gauges,
    youngestSeconds: 6,
  });
});

it('says nothing of the whole where only a half is known', () => {
  expect(joinDetails(null, { fingerprints: { 500: 1 } })).toBeNull();
  expect(joinDetails({ fingerprints: { 500: 1 } }, { routes: {} })).toEqual({});
});

it('loses no request and stays within what the wire takes, whatever the names', () => {
  const routes = fc.dictionary(
    fc.integer({ min: 0, max: 40 }).map((index) => (index === 0 ? 'other' : `/${index}`)),
    fc.record({ requests: fc.nat(100), errors: fc.constant(0) }),
    { maxKeys: 20 },
  );
  fc.assert(
    fc.property(routes, routes, (a, b) => {
      const joined = joinDetails({ routes: a }, { routes: b });
      expect(sampleDetailsSchema.safeParse(joined).success).toBe(true);
      const total = [a, b]
        .flatMap((one) => Object.values(one))
        .reduce((sum, { requests }) => sum + requests, 0);
      expect(Object.values(joined?.routes ?? {}).reduce((sum, { requests }) => sum + requests, 0)).toBe(
        total,
      );
    }),
  );
});
