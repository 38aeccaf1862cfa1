/** A plan in words, for the people who read it before they trust it. */
import type { Plan, Stage } from './types.ts';
import { durationText, listText, shareText, stepText } from './words.ts';

/** One line a stage, then one each for the analysis, for what an evidence gate waits for, for harm, and for lost contact. */
export const planSentences = (plan: Plan): string[] => [
  ...plan.stages.map(
    (stage, index) => `${stepName(stage)}: ${stageText(stage, plan.stages[index + 1])}${stepNotes(stage)}`,
  ),
  analysisText(plan),
  ...advanceText(plan),
  plan.rollback.automatic
    ? 'All traffic goes back to the baseline as soon as the analysis shows harm.'
    : 'When the analysis shows harm the release holds, and a person decides about rolling back.',
  ...badClusterText(plan),
  AGENT_LOST[plan.rollback.onAgentLost],
  contactText(plan),
];

const stageText = (stage: Stage, next: Stage | undefined): string => {
  if (!next)
    return stage.watchSeconds > 0
      ? `all traffic, watched for ${durationText(stage.watchSeconds)}; then the release is finished.`
      : 'all traffic; the release is finished once every cluster has confirmed it.';
  const atLeast = stage.bakeSecondsMin > 0 ? ` for at least ${durationText(stage.bakeSecondsMin)}` : '';
  const overdue =
    stage.bakeSecondsMax === null
      ? ''
      : `; after ${durationText(stage.bakeSecondsMax)} without that, a person is asked`;
  const what =
    stage.shareBasisPoints === 0
      ? 'the new side is brought up without traffic'
      : `${shareText(stage.shareBasisPoints)} of the traffic`;
  return `${what}${atLeast}, ${gateText(stage, next)}${overdue}.`;
};

/** A stage over several waves is several steps; each is called by both names. */
const stepName = ({ name, wave }: Stage): string => (wave === null ? name : `${name}, ${wave.name}`);

const stepNotes = ({ wave, checks, parity, drainSeconds, schema }: Stage): string => {
  const notes = [
    ...(wave === null ? [] : [`Only ${listText(wave.clusters)} move.`]),
    ...(checks.length === 0 ? [] : [`The agents check ${listText(checks.map(({ name }) => name))}.`]),
    ...(parity === 'required' ? ['Both sides must be equal in replicas, configuration and capacity.'] : []),
    ...(drainSeconds === 0
      ? []
      : [`Open sessions of the old side have ${durationText(drainSeconds)} to end.`]),
    ...(schema === null ? [] : [`The database has schema ${schema} from here on.`]),
  ];
  return notes.map((note) => ` ${note}`).join('');
};

const badClusterText = ({ stages, rollback: { automatic, onBadCluster } }: Plan): string[] => {
  if (!automatic || stages.every(({ wave }) => wave === null)) return [];
  return [BAD_CLUSTER[onBadCluster]];
};

const BAD_CLUSTER: Record<Plan['rollback']['onBadCluster'], string> = {
  all: 'Harm in one cluster takes all of them back.',
  wave: 'Harm in one cluster takes its wave back and pauses the others until a person decides.',
  pause: 'Harm in one cluster pauses the release until a person decides.',
};

const gateText = (stage: Stage, next: Stage): string => {
  const to = stepText(next);
  switch (stage.gate) {
    case 'evidence':
      return `until the evidence allows ${to}`;
    case 'manual':
      return `until a person advances it to ${to}`;
    case 'approval':
      return `until an approver approves ${to}`;
    case 'check':
      return `until the new side has passed its checks, then ${to}`;
    case 'bake':
      return `then ${to}, unless the analysis objects or cannot see`;
  }
};

const analysisText = ({ analysis }: Plan): string => {
  const metrics = listText(analysis.metrics.map((metric) => metric.name));
  const warmup =
    analysis.warmupSeconds > 0 ? `, after a warm-up of ${durationText(analysis.warmupSeconds)}` : '';
  const alpha = `${Number((analysis.alpha * 100).toPrecision(3))} %`;
  const alone =
    analysis.metrics.length === 1
      ? ` Only ${metrics} ${metrics === 'errors' ? 'are' : 'is'} judged, no other metric of the service.`
      : '';
  return `The analysis compares ${metrics} with the baseline every ${durationText(analysis.everySeconds)}${warmup}; it rolls a healthy canary back with a chance of at most ${alpha}.${alone}`;
};

/** What an evidence gate waits for; nothing where no gate does. */
const advanceText = ({ stages, analysis: { advance, metrics } }: Plan): string[] => {
  if (!stages.slice(0, -1).some((stage) => stage.gate === 'evidence')) return [];
  const errors = metrics.some((metric) => metric.name === 'errors');
  const times = `${Number(advance.ratioMax.toPrecision(3))} times`;
  const ratio = errors
    ? `fails less than ${times} as often as the baseline`
    : `fares less than ${times} as badly as the baseline`;
  const rate = `${Number((advance.rateMax * 100).toPrecision(3))} %`;
  const orRate = errors && advance.rateMax > 0 ? `, or in fewer than ${rate} of its requests` : '';
  const doubt = `${Number((advance.alpha * 100).toPrecision(3))} %`;
  return [
    `The evidence allows more once it shows that the canary ${ratio}${orRate}, with a doubt of at most ${doubt} and no sign of harm.`,
  ];
};

const AGENT_LOST: Record<Plan['rollback']['onAgentLost'], string> = {
  hold: 'While contact with an agent is lost, the share stays and does not rise.',
  pause: 'When contact with an agent is lost, the release pauses until a person resumes it.',
  rollback: 'When contact with an agent is lost, all traffic goes back to the baseline.',
};

const contactText = ({ whenContactIsLost: { afterSeconds, then, neverAfterSeconds } }: Plan): string => {
  const never = neverAfterSeconds ?? Number.POSITIVE_INFINITY;
  const silent = (seconds: number) =>
    `An agent that hears nothing from the server for ${durationText(seconds)}`;
  if (then === 'baseline' || never <= afterSeconds)
    return `${silent(Math.min(afterSeconds, never))} goes back to the baseline by itself.`;
  const late = Number.isFinite(never) ? `, and after ${durationText(never)} goes back to the baseline` : '';
  return `${silent(afterSeconds)} ${STAYS[then]}${late}.`;
};

/** An agent has no analysis of its own, so that `guard` can only keep what is. */
const STAYS = {
  hold: 'leaves the traffic as it is',
  guard: 'leaves the traffic as it is, since it cannot judge alone',
} as const;
