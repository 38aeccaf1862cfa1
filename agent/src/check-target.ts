import type { Allow } from './allow.ts';
import type { Driver } from './drivers/driver.ts';
import { textOf } from './log.ts';
import { openTarget } from './open-target.ts';
import type { Parts } from './parts.ts';
import type { TargetConfig } from './protocol.ts';

export type CheckResult = { ok: boolean; detail: string };

/**
 * Tries a target document without changing traffic: allow list, router reachable, source answers, workload known.
 * `live` is the driver that runs this very router section already; it is asked instead of opening a second one.
 */
export async function checkTarget(
  config: TargetConfig,
  allow: Allow,
  parts: Parts,
  live: Driver | null,
  signal: AbortSignal,
): Promise<CheckResult> {
  let opened: ReturnType<typeof openTarget>;
  try {
    opened = openTarget(config, allow, live === null ? parts : { ...parts, driver: () => borrowed(live) });
  } catch (error) {
    return { ok: false, detail: textOf(error) };
  }
  const { driver, source, workload } = opened;
  try {
    const [reading, sourceProblem] = await Promise.all([driver.observe(signal), source.check(signal)]);
    const problems = [prefixed('router', reading.problem), prefixed('source', sourceProblem)];
    const found = problems.filter((problem) => problem !== null);
    if (found.length > 0) return { ok: false, detail: found.join('\n') };
    const share = reading.setBasisPoints === null ? 'unknown' : `${reading.setBasisPoints / 100} %`;
    return { ok: true, detail: `router answers, canary share ${share}; metric source answers` };
  } catch (error) {
    return { ok: false, detail: textOf(error) };
  } finally {
    await Promise.allSettled([driver.close(), source.close(), workload.close()]);
  }
}

/** The same driver, except that closing it is its owner's business. */
function borrowed(driver: Driver): Driver {
  return {
    apply: (wish, signal) => driver.apply(wish, signal),
    observe: (signal) => driver.observe(signal),
    restore: (signal) => driver.restore(signal),
    describe: (wish, signal) => driver.describe(wish, signal),
    close: async () => undefined,
  };
}

function prefixed(name: string, problem: string | null): string | null {
  return problem === null || problem.startsWith(name) ? problem : `${name}: ${problem}`;
}
