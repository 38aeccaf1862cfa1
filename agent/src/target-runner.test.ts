import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Journal } from './journal.ts';
import { createLog } from './log.ts';
import type { Report } from './report.ts';
import { TargetRunner, WENT_TO_BASELINE } from './target-runner.ts';
import { type HttpRouter, httpDriver, startHttpRouter } from './testing/http-router.ts';
import { type MemoryWorkload, memoryWorkload } from './testing/memory-workload.ts';
import { tempDir } from './testing/temp-dir.ts';
import { artifact, TARGET, wishOf } from './testing/wish.ts';
import { TIMING } from './timing.ts';

const silent = createLog('error', () => undefined);
const FAST = { ...TIMING, retryMsMin: 10, retryMsMax: 20 };
const soon = () => AbortSignal.timeout(3_000);

type Bench = {
  router: HttpRouter;
  workload: MemoryWorkload;
  runner: TargetRunner;
  reports: Report[];
  dir: string;
};

async function bench(dir = tempDir(), given?: HttpRouter, mayAct = () => true): Promise<Bench> {
  const router = given ?? (await startHttpRouter());
  const workload = memoryWorkload();
  workload.tracks.baseline = { ...artifact('1.0'), healthy: true };
  const journal = new Journal(dir);
  const reports: Report[] = [];
  const runner = new TargetRunner({
    target: TARGET,
    parts: { driver: httpDriver(router.url), workload },
    journal,
    mayAct,
    timing: FAST,
    log: silent,
    onReport: (report) => reports.push(report),
    onChange: () => undefined,
  });
  onTestFinished(async () => {
    await runner.close();
    journal.close();
    if (given === undefined) await router.close();
  });
  return { router, workload, runner, reports, dir };
}

const outcomes = (reports: readonly Report[]) =>
  reports.map(({ generation, outcome }) => `${generation} ${outcome}`);
const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('a target runner', () => {
  it('brings the canary up, then routes, reads back and reports', async () => {
    const { router, workload, runner, reports } = await bench();
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(outcomes(reports)).toEqual(['1 applied']));
    expect(workload.calls).toEqual(['ensure canary 2.0']);
    expect(router.share).toBe(500);
    expect(reports[0]?.seenBasisPoints).toBe(500);
  });

  it('answers a doubled wish again and a late one as superseded, and touches nothing for either', async () => {
    const { router, runner, reports } = await bench();
    runner.accept(wishOf({ generation: 5 }));
    await until(() => expect(outcomes(reports)).toEqual(['5 applied']));
    runner.accept(wishOf({ generation: 5 }));
    runner.accept(wishOf({ generation: 4, basisPoints: 9_000 }));
    runner.accept(wishOf({ generation: 5, basisPoints: 9_000 }));
    expect(outcomes(reports).slice(1)).toEqual(['5 applied', '4 superseded', '5 superseded']);
    await runner.observe(soon(), true);
    expect(router.history).toEqual([500]);
  });

  it('rolls back at the router while an older wish still waits for its canary to come up', async () => {
    const { router, workload, runner, reports } = await bench();
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(reports.at(-1)?.outcome).toBe('applied'));
    workload.gate = new Promise(() => undefined);
    workload.tracks.canary = null;
    runner.accept(wishOf({ generation: 2, basisPoints: 2_500 }));
    await until(() => expect(workload.calls).toHaveLength(2));
    const calls = workload.calls.length;
    runner.accept(wishOf({ generation: 3, basisPoints: 0, intent: 'roll-back', canary: null }));
    await until(() => expect(outcomes(reports)).toEqual(['1 applied', '3 applied']));
    expect(router.history).toEqual([500, 0]);
    expect(workload.calls.slice(0, calls)).not.toContain('stop canary');
  });

  it('expects a canary from the first wish for one until it is rolled back', async () => {
    const { runner, reports } = await bench();
    expect(runner.exposes).toBe(false);
    runner.accept(wishOf({ generation: 1, basisPoints: 0 }));
    expect(runner.exposes).toBe(true);
    runner.accept(wishOf({ generation: 2 }));
    expect(runner.exposes).toBe(true);
    runner.accept(wishOf({ generation: 3, basisPoints: 0, intent: 'roll-back', canary: null }));
    expect(runner.exposes).toBe(false);
    await until(() => expect(reports.at(-1)).toMatchObject({ generation: 3, outcome: 'applied' }));
  });

  it('brings a baseline that is known to be gone up again before it rolls back onto it', async () => {
    const { router, workload, runner, reports } = await bench();
    runner.accept(wishOf({ generation: 1, basisPoints: 10_000 }));
    await until(() => expect(outcomes(reports)).toEqual(['1 applied']));
    await until(() => expect(runner.view().workloads).toHaveLength(2));
    workload.tracks.baseline = null;
    workload.gate = new Promise(() => undefined);
    await runner.observe(soon(), true);
    runner.accept(wishOf({ generation: 2, basisPoints: 0, canary: null }));
    await until(() => expect(workload.calls.at(-1)).toBe('ensure baseline 1.0'));
    expect(router.history).toEqual([10_000]);
  });

  it('reports why a wish failed, goes on trying, and reports when it works at last', async () => {
    const { workload, runner, reports } = await bench();
    workload.broken.add('2.0');
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(reports).toHaveLength(1));
    expect(reports[0]).toMatchObject({ outcome: 'failed', reason: '2.0 does not come up' });
    await until(() =>
      expect(workload.calls.filter((call) => call === 'ensure canary 2.0').length).toBeGreaterThan(2),
    );
    expect(reports).toHaveLength(1);
    workload.broken.clear();
    await until(() => expect(outcomes(reports)).toEqual(['1 failed', '1 applied']));
  });

  it('sets the share again after a router lost it, and says so', async () => {
    const { router, runner, reports } = await bench();
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(reports).toHaveLength(1));
    await until(() => expect(runner.view().workloads).toHaveLength(2));
    router.share = 0;
    const seen = await runner.observe(soon(), true);
    expect(seen).toMatchObject({ setBasisPoints: 0, confirmed: 'no' });
    expect(seen.problem).toMatch(/re-applied after reload/);
    await until(() => expect(router.share).toBe(500));
    await until(() => expect(runner.view()).toMatchObject({ setBasisPoints: 500, confirmed: 'yes' }));
  });

  it('takes the last wish up again after a restart, with a router that forgot it and nobody to ask', async () => {
    const first = await bench();
    first.runner.accept(wishOf({ generation: 8 }));
    await until(() => expect(first.reports).toHaveLength(1));
    await first.runner.close();
    first.router.share = 0;
    const second = await bench(first.dir, first.router);
    second.runner.start();
    await until(() => expect(outcomes(second.reports)).toEqual(['8 applied']));
    expect(first.router.share).toBe(500);
  });

  it('goes to the baseline by itself and stays there until a newer wish, also after a restart', async () => {
    const { router, runner, reports, dir } = await bench();
    runner.accept(wishOf({ generation: 3 }));
    await until(() => expect(reports).toHaveLength(1));
    runner.revert(WENT_TO_BASELINE);
    await until(() => expect(router.share).toBe(0));
    await until(() => expect(reports.at(-1)).toMatchObject({ outcome: 'refused', reason: WENT_TO_BASELINE }));
    runner.accept(wishOf({ generation: 3 }));
    await runner.close();
    const again = await bench(dir, router);
    again.runner.start();
    await until(() => expect(again.reports.at(-1)).toMatchObject({ generation: 3, outcome: 'refused' }));
    expect(Math.max(...router.history.slice(1))).toBe(0);
    again.runner.accept(wishOf({ generation: 4 }));
    await until(() => expect(router.share).toBe(500));
  });

  it('writes nothing while another process has taken over, and goes on when it is back in charge', async () => {
    let inCharge = false;
    const { router, runner, reports } = await bench(tempDir(), undefined, () => inCharge);
    runner.accept(wishOf({ generation: 1 }));
    await runner.observe(soon(), true);
    expect(router.history).toEqual([]);
    inCharge = true;
    await until(() => {
      runner.resume();
      expect(outcomes(reports)).toEqual(['1 applied']);
    });
    expect(router.share).toBe(500);
  });

  it('holds with the reason while the router is unreachable, and catches up', async () => {
    const { router, runner, reports } = await bench();
    router.down = true;
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(reports[0]?.outcome).toBe('failed'));
    expect(reports[0]?.reason).toMatch(/does not answer/);
    router.down = false;
    await until(() => expect(reports.at(-1)?.outcome).toBe('applied'));
    expect(router.history).toEqual([500]);
  });
});

describe('a target runner whose workload cannot say what runs', () => {
  it('starts a version once and leaves it alone while it serves', async () => {
    const { workload, runner, reports } = await bench();
    workload.state = async () => null;
    runner.accept(wishOf({ generation: 1 }));
    await until(() => expect(outcomes(reports)).toEqual(['1 applied']));
    await runner.observe(soon(), true);
    runner.accept(wishOf({ generation: 2, basisPoints: 2_500 }));
    await until(() => expect(outcomes(reports)).toEqual(['1 applied', '2 applied']));
    expect(workload.calls).toEqual(['ensure baseline 1.0', 'ensure canary 2.0']);
  });
});
