/** One canary under every rule: when each of them would have stopped it, and when ours would have let it on. */
import {
  type AnalysisPolicy,
  defaultAnalysisPolicy,
  type Interval,
  judge,
  type MetricDefinition,
  observeInterval,
  startAnalysis,
} from '../../lib/domain/analysis/index.ts';
import { oracleOf } from './oracle.ts';
import { fixedThreshold, peekedTest, type Rule, shiftScore, shiftTest } from './rivals.ts';
import { type Scenario, SECONDS } from './scenarios.ts';
import { historyOf, trafficOf } from './traffic.ts';

export const OURS = 'Slipway';
/** How often our own verdict is asked for, as the engine does. */
const LOOK_SECONDS = 5;

export type Outcome = {
  scenario: string;
  /** By rule: seconds after the canary's start; null = never in this half hour. */
  stopped: Record<string, number | null>;
  /** Seconds after which our rule would have let the stage on; null = never. */
  advanced: number | null;
  /** Requests the canary had served from the onset to our decision. */
  canaryRequests: number;
  /** The metrics that ours named. */
  because: string[];
};

/** Judges one canary of a scenario; the same seed gives the same outcome. */
export const judgeCanary = (scenario: Scenario, seed: number): Outcome => {
  const traffic = trafficOf(scenario, seed);
  const oracle = oracleOf(scenario);
  const rivals: Rule[] = [
    fixedThreshold(),
    shiftScore(),
    shiftTest(),
    peekedTest(),
    ...(oracle ? [oracle] : []),
  ];
  const outcome: Outcome = {
    scenario: scenario.name,
    stopped: Object.fromEntries([OURS, ...rivals.map(({ name }) => name)].map((name) => [name, null])),
    advanced: null,
    canaryRequests: 0,
    because: [],
  };
  const ours = ourRule(scenario, outcome);
  for (const interval of historyOf(traffic)) ours.learn(interval);
  const rules = [ours, ...rivals];
  for (let second = 0; second < SECONDS; second += 1) {
    const open = rules.filter(({ name }) => outcome.stopped[name] === null);
    if (open.length === 0) break;
    const interval = traffic.next(second);
    for (const rule of open) if (rule.take(interval, second)) outcome.stopped[rule.name] = second + 1;
  }
  return outcome;
};

/** The product itself, as the engine uses it; notes in `outcome` what the other rules have no word for. */
const ourRule = (scenario: Scenario, outcome: Outcome): Rule & { learn: (interval: Interval) => void } => {
  let state = startAnalysis(policyOf(scenario), METRICS, 0);
  const learn = (interval: Interval): void => {
    state = observeInterval(state, interval);
  };
  const take = (interval: Interval, second: number): boolean => {
    if (second >= scenario.onsetSeconds) outcome.canaryRequests += interval.canary?.requests ?? 0;
    learn(interval);
    if ((second + 1) % LOOK_SECONDS !== 0) return false;
    const verdict = judge(state, (second + 1) * 1_000);
    if (verdict.decision === 'advance') outcome.advanced ??= second + 1;
    if (verdict.decision !== 'rollback') return false;
    const guilty = verdict.metrics.filter(({ decision }) => decision === 'rollback');
    outcome.because = guilty.map(({ name }) => name);
    return true;
  };
  return { name: OURS, learn, take };
};

const METRICS: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better' },
  { name: 'conversions', kind: 'rate', direction: 'higher-is-better' },
  { name: 'memory', kind: 'gauge', direction: 'lower-is-better', unit: 'MB' },
];

/** The defaults, with a business metric beside them, and the memory where it leaks. */
const policyOf = ({ shape, warmupSeconds }: Scenario): AnalysisPolicy => {
  const conversions = { name: 'conversions', margin: 0.01, weight: 0.15 };
  const memory = { name: 'memory', margin: 0.05, weight: 0.1, guard: { max: 1_200 } };
  const metrics = [...defaultAnalysisPolicy.metrics, conversions, ...(shape === 'leak' ? [memory] : [])];
  return { ...defaultAnalysisPolicy, warmupSeconds, metrics };
};
