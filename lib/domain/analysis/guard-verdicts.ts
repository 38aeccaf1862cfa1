import type { GuardState, GuardVerdict, MetricVerdict } from './contract.ts';
import { BEYOND_SECONDS, isLimitBroken } from './gauge.ts';
import { beyondLimit, type Guard, guardEvidence } from './guards.ts';
import type { MetricState } from './state.ts';
import { percentText, secondsText, timesText, valueText } from './words.ts';

type Numbers = Pick<MetricVerdict, 'canary' | 'baseline' | 'ratio'>;

/**
 * What a plan's limits say of a metric now, each in its own sentence. Guards on rates and quantiles and the hard limit
 * of a gauge can roll back by themselves; `min`, `max` and `timesNormal` keep a stage from passing while they are not
 * kept: what goes that far is harm beyond the margin as well, and that has its own evidence.
 */
export function judgeGuards(metric: MetricState, numbers: Numbers, alpha: number): GuardVerdict[] {
  const { evidence, policy } = metric;
  const own = 'guards' in evidence ? evidence.guards : [];
  const known = new Set(own.map(({ key }) => key));
  const rest = Object.entries(policy.guard ?? {}).filter(([key]) => !known.has(key));
  return [
    ...own.map((guard) => betGuard(guard, alpha)),
    ...rest.map(([key, limit]) => plainGuard(key, limit, metric, numbers)),
  ];
}

function betGuard(guard: Guard, alpha: number): GuardVerdict {
  const { key, limit, recent } = guard;
  const told = `${key} at most ${key === 'rate' ? percentText(limit) : secondsText(limit)}`;
  if (guardEvidence(guard) >= 1 / alpha)
    return { key, limit, state: 'broken', sentence: `${told} is broken while the baseline keeps it` };
  if (recent.canaryN === 0) return { key, limit, state: 'unknown', sentence: `${told}: cannot tell yet` };
  return beyondLimit(guard)
    ? { key, limit, state: 'beyond', sentence: `${told}: the canary is beyond it just now` }
    : { key, limit, state: 'kept', sentence: `${told} is kept` };
}

function plainGuard(key: string, limit: number, metric: MetricState, numbers: Numbers): GuardVerdict {
  const told = guardName(key, limit, metric);
  const state = plainState(key, limit, metric, numbers);
  return { key, limit, state, sentence: `${told}${SAID[state]}` };
}

const SAID: Record<GuardState, string> = {
  unknown: ': cannot tell yet',
  kept: ' is kept',
  beyond: ': the canary is beyond it just now',
  broken: ` is broken: the canary was beyond it for ${BEYOND_SECONDS} s while the baseline kept it`,
};

function guardName(key: string, limit: number, { definition }: MetricState): string {
  if (key === 'timesNormal') return `no more than ${timesText(limit)} normal`;
  const value = definition.kind === 'rate' ? percentText(limit) : valueText(limit, definition.unit);
  if (key === 'min') return `at least ${value}${definition.kind === 'count' ? ' a minute' : ''}`;
  return key === 'max' ? `at most ${value}` : `${key} at most ${value}`;
}

function plainState(key: string, limit: number, { evidence }: MetricState, numbers: Numbers): GuardState {
  const { canary, ratio } = numbers;
  if (key === 'timesNormal') {
    if (ratio.estimate === null) return 'unknown';
    return ratio.estimate > limit ? 'beyond' : 'kept';
  }
  if (evidence.type === 'gauge' && evidence.limit === limit) {
    if (isLimitBroken(evidence)) return 'broken';
    if (canary.value === null) return 'unknown';
    return evidence.beyondSeconds > 0 ? 'beyond' : 'kept';
  }
  if (canary.value === null || (key !== 'min' && key !== 'max')) return 'unknown';
  return (key === 'min' ? canary.value < limit : canary.value > limit) ? 'beyond' : 'kept';
}
