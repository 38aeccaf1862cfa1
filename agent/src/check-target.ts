import type { Allow } from './allow.ts';
import { textOf } from './log.ts';
import { openTarget } from './open-target.ts';
import type { Parts } from './parts.ts';
import type { TargetConfig } from './protocol.ts';

export type CheckResult = { ok: boolean; detail: string };

/** Tries a target document without changing traffic: allow list, router reachable, source answers, workload known. */
export async function checkTarget(
  config: TargetConfig,
  allow: Allow,
  parts: Parts,
  signal: AbortSignal,
): Promise<CheckResult> {
  let opened: ReturnType<typeof openTarget>;
  try {
    opened = openTarget(config, allow, parts);
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

function prefixed(name: string, problem: string | null): string | null {
  return problem === null || problem.startsWith(name) ? problem : `${name}: ${problem}`;
}
