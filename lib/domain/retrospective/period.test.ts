import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../release/testing.ts';
import { type PeriodRelease, periodFold, waitFigures } from './period.ts';
import { gateWaitsOf } from './waits.ts';

const release = (id: string, change: Partial<PeriodRelease> = {}): PeriodRelease => ({
  id,
  retrospective: null,
  service: 'shop',
  serviceName: 'Shop',
  environmentName: 'Production',
  version: '1.1.0',
  outcome: 'rolled-back',
  startedAt: 0,
  finishedAt: 1,
  stoppedAt: { index: 0, name: 'first', shareBasisPoints: 500 },
  byVerdict: true,
  secondsToDetect: 40,
  secondsToRecover: 3,
  harmAvoidedRequests: 1_900,
  failedRequests: 110,
  falseAlarm: null,
  tags: [],
  waits: [],
  ...change,
});

const summaryOf = (...releases: PeriodRelease[]) => {
  const fold = periodFold();
  for (const one of releases) fold.add(one);
  return fold.summary();
};

describe('a review of a period', () => {
  it('counts what was stopped at which stage, and keeps apart what never had traffic', () => {
    const last = { index: 2, name: 'all', shareBasisPoints: 10_000 };
    expect(
      summaryOf(
        release('a', { stoppedAt: last }),
        release('b'),
        release('c'),
        release('d', { outcome: 'cancelled', stoppedAt: null }),
        release('e', { outcome: 'released', stoppedAt: null }),
      ),
    ).toMatchObject({
      released: 1,
      stopped: 3,
      cancelledWithoutTraffic: 1,
      stoppedByStage: [
        { index: 0, name: 'first', count: 2 },
        { index: 2, name: 'all', count: 1 },
      ],
    });
  });

  it('names a factor as repeated from the second retrospective on, once for each', () => {
    const { repeatedFactors } = summaryOf(
      release('a', { tags: ['testing', 'testing', 'data'] }),
      release('b', { tags: ['testing'] }),
    );
    expect(repeatedFactors).toEqual([{ tag: 'testing', releases: ['a', 'b'] }]);
  });

  it('celebrates what the analysis caught fast and small, the fastest first, and no false alarm', () => {
    const { celebrations } = summaryOf(
      release('slow', { secondsToDetect: 301 }),
      release('late', { stoppedAt: { index: 2, name: 'all', shareBasisPoints: 10_000 } }),
      release('by hand', { byVerdict: false }),
      release('false', { falseAlarm: 'the probe was wrong' }),
      release('second', { secondsToDetect: 50 }),
      release('first', { secondsToDetect: 20 }),
    );
    expect(celebrations.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('says the median, the nearest-rank 90th percentile and the longest wait of each gate', () => {
    const waits = [10, 20, 30, 40, 50, 60, 70, 80, 90, 1_000].map((seconds) => ({
      gate: 'approval',
      seconds,
    }));
    const [wait] = summaryOf(...waits.map((one, index) => release(`r${index}`, { waits: [one] }))).waits;
    expect(wait).toEqual({
      gate: 'approval',
      count: 10,
      medianSeconds: 55,
      p90Seconds: 90,
      longestSeconds: 1_000,
      longestRelease: 'r9',
    });
  });

  it('orders its wait figures for any waits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { minLength: 1, maxLength: 60 }), (values) => {
        const { median, p90, longest } = waitFigures(values);
        expect(median).toBeLessThanOrEqual(longest);
        expect(median).toBeGreaterThanOrEqual(Math.min(...values));
        expect(longest).toBe(Math.max(...values));
        expect(values.filter((value) => value <= p90).length).toBeGreaterThanOrEqual(0.9 * values.length);
      }),
    );
  });
});

describe('waits at gates', () => {
  it('count from the confirmed share to the next stage, the start from its creation, a stopped stage not at all', () => {
    const passed = [
      { startedAt: 90_000, confirmedAt: 92_000, endedAt: 152_000 },
      { startedAt: 152_000, confirmedAt: null, endedAt: 160_000 },
    ];
    expect(gateWaitsOf({ passed, approvalsNeeded: 1 }, planOf(), 0)).toEqual([
      { gate: 'start approval', seconds: 90 },
      { gate: 'evidence', seconds: 60 },
    ]);
    expect(gateWaitsOf({ passed: [], approvalsNeeded: 1 }, planOf(), 0)).toEqual([]);
  });
});
