/** What every driver promises, run against the real router. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, DriverError } from './driver.ts';
import type { TrafficCounts } from './testing/backends.ts';

export type DriverHarness = {
  driver: Driver;
  /** Sends requests from `users` different users through the router and counts which side answered. */
  traffic: (requests: number, users?: number) => Promise<TrafficCounts>;
  /** Reloads or restarts the router, so that run-time changes are lost; null where that cannot happen. */
  restart: (() => Promise<void>) | null;
  /** A driver for a router that is not there. */
  unreachable: () => Driver;
  /** Users stay on their side while the share stays. */
  sticky: boolean;
  /** The smallest share the router can give, in basis points. */
  smallestBasisPoints: number;
  close: () => Promise<void>;
};

const signal = AbortSignal.timeout(600_000);
const REQUESTS = 3_000;
/** Five standard deviations: one false alarm in 1.7 million. */
const DEVIATIONS = 5;

export const driverContract = (name: string, make: () => Promise<DriverHarness>): void => {
  describe(`the ${name} driver`, () => {
    let harness: DriverHarness;
    let generation = 0;
    const apply = (basisPoints: number) => {
      generation += 1;
      return harness.driver.apply({ generation, basisPoints }, signal);
    };
    beforeAll(async () => {
      harness = await make();
    });
    afterAll(async () => {
      await harness.driver.close();
      await harness.close();
    });

    it('says unknown before it was asked for anything', async () => {
      expect((await harness.driver.observe(signal)).confirmed).toBe('unknown');
    });

    for (const basisPoints of [0, 500, 2_500, 5_000, 10_000])
      it(`sets ${basisPoints / 100} %, reads it back, and real requests split like that`, async () => {
        expect(await apply(basisPoints)).toMatchObject({
          setBasisPoints: basisPoints,
          confirmed: 'yes',
          problem: null,
        });
        const { canary, baseline, failed } = await harness.traffic(REQUESTS);
        expect(failed).toBe(0);
        const share = basisPoints / 10_000;
        const allowed = DEVIATIONS * Math.sqrt(REQUESTS * share * (1 - share)) + 1;
        expect(Math.abs(canary - REQUESTS * share)).toBeLessThanOrEqual(allowed);
        const seen = await harness.driver.observe(signal);
        expect(seen.seenRequests).toBe(canary + baseline);
        expect(seen.seenBasisPoints).toBe(Math.round((canary / REQUESTS) * 10_000));
      });

    it('reaches its smallest share', async () => {
      expect(await apply(harness.smallestBasisPoints)).toMatchObject({
        confirmed: 'yes',
        setBasisPoints: harness.smallestBasisPoints,
      });
    });

    it('may be asked for the same twice', async () => {
      await apply(2_500);
      expect(await apply(2_500)).toMatchObject({ setBasisPoints: 2_500, confirmed: 'yes' });
    });

    it('counts what it has seen from the last change on', async () => {
      await apply(5_000);
      await harness.traffic(40);
      await apply(2_500);
      expect(await harness.driver.observe(signal)).toMatchObject({ seenRequests: 0, seenBasisPoints: null });
    });

    it('says in words what it would change, and changes nothing by that', async () => {
      await apply(500);
      expect(await harness.driver.describe({ generation: 0, basisPoints: 2_500 }, signal)).toMatch(/25/);
      expect(await harness.driver.observe(signal)).toMatchObject({ setBasisPoints: 500, confirmed: 'yes' });
    });

    it('brings all traffic back to the baseline', async () => {
      await apply(5_000);
      expect(await harness.driver.restore(signal)).toMatchObject({ setBasisPoints: 0, confirmed: 'yes' });
      expect(await harness.traffic(100)).toEqual({ canary: 0, baseline: 100, failed: 0 });
    });

    it('keeps users on their side while the share stays, and moves them one way when it rises', async (context) => {
      if (!harness.sticky) return context.skip();
      await apply(2_500);
      const before = await harness.traffic(200, 200);
      expect(await harness.traffic(200, 200)).toEqual(before);
    });

    it('notices that the router forgot a change, and applies it again', async (context) => {
      const { restart } = harness;
      if (!restart) return context.skip();
      const identity = (await apply(2_500)).identity;
      await restart();
      const after = await harness.driver.observe(signal);
      expect(after.confirmed).toBe('no');
      expect(after.identity).not.toBe(identity);
      expect(await apply(2_500)).toMatchObject({ setBasisPoints: 2_500, confirmed: 'yes' });
    });

    it('says that a router cannot be reached: observing in words, applying by an error', async () => {
      const lost = harness.unreachable();
      expect(await lost.observe(signal)).toMatchObject({
        setBasisPoints: null,
        confirmed: 'unknown',
        problem: expect.stringContaining('router.'),
      });
      await expect(lost.apply({ generation: 1, basisPoints: 500 }, signal)).rejects.toThrow(DriverError);
      await lost.close();
    });
  });
};
