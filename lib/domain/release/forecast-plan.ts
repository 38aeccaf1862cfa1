/**
 * What a plan is expected to need before it is started: the analysis itself, fed with the traffic measured just now as
 * if the canary were exactly like the baseline. Chance moves the real times to both sides.
 */
import type { AnalysisPolicy, MetricDefinition } from '../analysis/contract.ts';
import { countText } from '../analysis/words.ts';
import { type ClusterTraffic, type ExpectedRun, isShown, newRun, passUntil } from './expected-run.ts';
import type { Plan, Stage } from './types.ts';
import { durationText, listText, stepText } from './words.ts';

export type StageForecast = {
  index: number;
  name: string;
  /** How the stage is expected to end. */
  ends: 'by-evidence' | 'by-time' | 'by-person' | 'not-in-time' | 'unknown';
  /** Expected seconds in the stage; where a person decides the least, where evidence is missing null. */
  seconds: number | null;
  sentence: string;
};

export type PlanForecast = { stages: StageForecast[]; notes: string[] };

/** Stages after one that cannot end by itself are `unknown`: nobody knows when they begin. */
export const forecastPlan = (
  plan: Plan,
  metrics: readonly MetricDefinition[],
  traffic: readonly ClusterTraffic[],
): PlanForecast => {
  const judged = plan.analysis.metrics.filter(({ name }) => isMeasured(name, metrics, traffic));
  const left = plan.analysis.metrics.filter((metric) => !judged.includes(metric)).map(({ name }) => name);
  const notes =
    left.length > 0
      ? [`Not part of this forecast, since nothing of it was measured: ${listText(left)}.`]
      : [];
  const requests = traffic.reduce((sum, cluster) => sum + cluster.requestsPerSecond, 0);
  if (requests === 0 || judged.length === 0)
    return { stages: plan.stages.map((stage, index) => unknownStage(stage, index, NO_TRAFFIC)), notes };
  const policy: AnalysisPolicy = { ...plan.analysis, metrics: judged };
  const run = newRun(policy, metrics, traffic);
  const stages: StageForecast[] = [];
  for (const [index, stage] of plan.stages.entries()) {
    const stuck = stages.some(({ ends }) => ends === 'not-in-time' || ends === 'unknown');
    stages.push(
      stuck ? unknownStage(stage, index, AFTER) : forecastStage(run, stage, index, plan.stages.length),
    );
  }
  return { stages, notes };
};

const NO_TRAFFIC = 'no traffic was measured in the last 10 minutes, so nothing can be expected';
const AFTER = 'begins after the stage before it';
const HORIZON_SECONDS = 86_400;

type Ending = Pick<StageForecast, 'ends' | 'seconds'> & { text: string };

const forecastStage = (run: ExpectedRun, stage: Stage, index: number, count: number): StageForecast => {
  const clusters = stage.wave?.clusters;
  for (const cluster of run.shares.keys())
    if (!clusters || clusters.includes(cluster)) run.shares.set(cluster, stage.shareBasisPoints / 10_000);
  const ending = index === count - 1 ? endOfLast(stage) : endOf(run, stage);
  const { ends, seconds, text } = ending;
  return { index, name: stage.name, ends, seconds, sentence: `${stepText(stage)}: ${text}.` };
};

const endOfLast = ({ watchSeconds }: Stage): Ending => ({
  ends: 'by-time',
  seconds: watchSeconds,
  text: watchSeconds > 0 ? `watched for ${durationText(watchSeconds)}` : 'released at once',
});

const endOf = (run: ExpectedRun, stage: Stage): Ending => {
  if (stage.gate === 'evidence') return endByEvidence(run, stage);
  const seconds = stage.bakeSecondsMin;
  passUntil(run, seconds, () => false);
  if (stage.gate === 'bake' || stage.gate === 'check')
    return { ends: 'by-time', seconds, text: `about ${durationText(seconds)}` };
  const who = stage.gate === 'manual' ? 'a person advances' : 'an approver approves';
  const text = seconds > 0 ? `at least ${durationText(seconds)}, then ${who}` : who;
  return { ends: 'by-person', seconds, text };
};

const endByEvidence = (run: ExpectedRun, stage: Stage): Ending => {
  const horizon = stage.bakeSecondsMax ?? HORIZON_SECONDS;
  const began = run.second;
  passUntil(run, stage.bakeSecondsMin, () => false);
  const shown =
    (stage.bakeSecondsMin > 0 && isShown(run)) ||
    passUntil(run, horizon - stage.bakeSecondsMin, () => isShown(run));
  if (!shown) return { ends: 'not-in-time', seconds: null, text: lackText(run, stage, horizon) };
  const seconds = run.second - began;
  const inBakeTime = seconds <= stage.bakeSecondsMin;
  const reason = inBakeTime ? 'enough evidence within its bake time' : 'until there is enough evidence';
  return { ends: 'by-evidence', seconds, text: `about ${durationText(seconds)}, ${reason}` };
};

/** Why time does not help: what was still missing at the end, and how much traffic the canary had. */
const lackText = (run: ExpectedRun, stage: Stage, horizon: number): string => {
  const perMinute = run.traffic.reduce(
    (sum, { cluster, requestsPerSecond }) => sum + requestsPerSecond * (run.shares.get(cluster) ?? 0) * 60,
    0,
  );
  const traffic =
    perMinute >= 1
      ? `about ${countText(Math.round(perMinute))} canary requests a minute`
      : 'less than one canary request a minute';
  const end = stage.bakeSecondsMax === null ? 'a day' : durationText(horizon);
  return `${traffic} cannot show enough within ${end}; a person has to decide, or give it a larger share or a claim that is easier to show`;
};

const unknownStage = (stage: Stage, index: number, why: string): StageForecast => ({
  index,
  name: stage.name,
  ends: 'unknown',
  seconds: null,
  sentence: `${stepText(stage)}: ${why}.`,
});

const isMeasured = (
  name: string,
  metrics: readonly MetricDefinition[],
  traffic: readonly ClusterTraffic[],
): boolean => {
  const kind = metrics.find((metric) => metric.name === name)?.kind;
  if (kind === 'errors') return true;
  if (kind === 'latency') return traffic.some(({ latency }) => latency.length > 0);
  return kind === 'rate' && traffic.some(({ counts }) => counts[name] !== undefined);
};
