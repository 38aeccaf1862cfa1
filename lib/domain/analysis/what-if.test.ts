import { describe, expect, it } from 'vitest';
import type { Verdict } from './contract.ts';
import { addCounted, noneCounted } from './counted.ts';
import { judge } from './judge.ts';
import { type Look, rerunAnalysis } from './rerun.ts';
import { startAnalysis } from './start.ts';
import { arm, errorsPolicy, interval, shopMetrics } from './testing/intervals.ts';
import { addLook, type Course, differenceOf, differenceText, noCourse } from './what-if.ts';

const bare = judge(startAnalysis(errorsPolicy, shopMetrics, 0), 0);
const countedAt = (bad: number, badExtra = bad) => ({
  ...noneCounted,
  canary: { requests: 1_000, bad, latency: [] },
  badExtra,
});
const courseOf = (...looks: [second: number, decision: Verdict['decision'], bad?: number][]): Course =>
  looks
    .map(
      ([second, decision, bad = 0]): Look => ({
        at: second * 1_000,
        verdict: { ...bare, decision, sentence: `${decision} ${second}` },
        counted: countedAt(bad),
      }),
    )
    .reduce(addLook, noCourse);

describe('a rerun', () => {
  it('looks at every step of the plan and at the crossing itself, also over a silence, and then no more', () => {
    const rerun = rerunAnalysis(errorsPolicy, shopMetrics, 0);
    const looks = [rerun.take(interval(1, arm(100, 0), arm(900, 9)))];
    looks.push(rerun.take(interval(22, arm(100, 0), arm(900, 9))));
    for (let second = 23; second < 40; second += 1)
      looks.push(rerun.take(interval(second, arm(100, 90), arm(900, 9))));
    const times = looks.flat().map(({ at }) => at / 1_000);
    expect(times.slice(0, 4)).toEqual([5, 10, 15, 20]);
    expect(looks.flat().at(-1)).toMatchObject({ verdict: { decision: 'rollback' } });
    expect(looks.flat().filter(({ verdict }) => verdict.decision === 'rollback')).toHaveLength(1);
    expect(rerun.finish(60_000)).toEqual([]);
    expect(rerun.counted().canary).toMatchObject({ requests: 1_900, bad: 17 * 90 });
  });

  it('learns from the time before the start and counts nothing of it', () => {
    const rerun = rerunAnalysis(errorsPolicy, shopMetrics, 10_000);
    expect(rerun.take(interval(10, arm(100, 90), arm(900, 9)))).toEqual([]);
    rerun.take(interval(11, arm(100, 1), arm(900, 9)));
    expect(rerun.counted().canary).toMatchObject({ requests: 100, bad: 1 });
  });

  it('counts latencies since the warm-up, and anew when the buckets change', () => {
    const timed = { ...arm(10, 1, [5, 5]), latency: [5, 5] };
    const edges = { latencyEdges: [0.1] };
    let counted = addCounted(noneCounted, interval(5, timed, timed, edges), 5_000);
    expect(counted.canary).toMatchObject({ requests: 10, latency: [] });
    counted = addCounted(counted, interval(6, timed, null, edges), 5_000);
    expect(counted).toMatchObject({ canary: { latency: [5, 5] }, baseline: { latency: [] } });
    counted = addCounted(counted, interval(7, timed, timed, { latencyEdges: [0.2] }), 5_000);
    expect(counted).toMatchObject({ canary: { requests: 30, latency: [5, 5] }, edges: [0.2] });
  });

  it('calls extra only what lies beyond the baseline of the same interval', () => {
    const once = addCounted(noneCounted, interval(1, arm(100, 5), arm(900, 9)), 0);
    expect(once.badExtra).toBeCloseTo(4);
    expect(addCounted(once, interval(2, arm(100, 50), null), 0).badExtra).toBeCloseTo(4);
  });
});

describe('what another policy would have changed', () => {
  it('is the failed requests between its rollback and the end of what was measured', () => {
    const own = courseOf([10, 'hold'], [90, 'rollback', 40]);
    const other = courseOf([10, 'hold'], [30, 'rollback', 12]);
    const difference = differenceOf(own, other, countedAt(40));
    expect(difference).toEqual({ badRequests: 28, badExtra: 28 });
    expect(differenceText(own, other, difference, 0)).toBe(
      'It would have rolled back 1 min sooner, after 30 s instead of 1 min 30 s; 28 failed requests of the canary lie between, about 28 more than the baseline would have had.',
    );
  });

  it('is not known where the canary would have gone on after its real end', () => {
    const own = courseOf([90, 'rollback', 40]);
    const other = courseOf([90, 'hold', 40]);
    expect(differenceOf(own, other, countedAt(40))).toBeNull();
    expect(differenceText(own, other, null, 0)).toContain('cannot be known');
  });

  it('is nothing where neither rolls back, and then tells who advances sooner', () => {
    const own = courseOf([10, 'hold'], [60, 'advance'], [70, 'hold']);
    const other = courseOf([10, 'hold'], [40, 'advance']);
    const difference = differenceOf(own, other, countedAt(3));
    expect(difference).toEqual({ badRequests: 0, badExtra: 0 });
    expect(differenceText(own, other, difference, 0)).toContain('advance 20 s sooner, after 40 s');
    expect(own.changes.map(({ decision }) => decision)).toEqual(['hold', 'advance', 'hold']);
  });

  it('says when only the other one rolls back', () => {
    const own = courseOf([90, 'advance', 40]);
    const other = courseOf([30, 'rollback', 40]);
    expect(differenceText(own, other, differenceOf(own, other, countedAt(40)), 0)).toBe(
      "It would have rolled back after 30 s, where the release's own policy did not; no failed request lies between.",
    );
  });
});
