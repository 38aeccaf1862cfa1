import type { Actor } from '../release/types.ts';
import { decisionsOf } from './decisions.ts';
import type { RetrospectiveDraft } from './draft-schema.ts';
import type { RetrospectiveFacts } from './facts.ts';
import { impactOf } from './impact.ts';
import { type Cast, castOf } from './people.ts';
import { luckyOf, summaryOf, wentWellOf } from './summary.ts';
import { timelineOf } from './timeline.ts';
import { decisionOf, type Walked, walk } from './walk.ts';

/**
 * Writes the retrospective of a finished release from its record alone: the same facts give the same draft, every
 * sentence and number is taken from an event, a stored verdict or a measured total.
 */
export const draftRetrospective = (facts: RetrospectiveFacts): RetrospectiveDraft => {
  const walked = walk(facts.events, facts.plan);
  const cast = castOf(
    walked.map(({ event }) => event.actor),
    facts.accounts,
    facts.commits.flatMap(({ author }) => (author === null ? [] : [author])),
  );
  const header = headerOf(facts, walked, cast);
  const impact = impactOf(facts, walked);
  return {
    header,
    summary: summaryOf(header, impact, walked, cast),
    impact,
    stages: stagesOf(facts),
    timeline: timelineOf(facts, walked, cast),
    decisions: decisionsOf(walked, facts.plan, cast),
    wentWell: wentWellOf(impact, walked),
    lucky: luckyOf(walked),
    people: cast.people,
  };
};

const ENGINE: Actor = { kind: 'engine', id: 'engine', name: 'engine' };

const headerOf = (
  { release, plan, state }: RetrospectiveFacts,
  walked: readonly Walked[],
  cast: Cast,
): RetrospectiveDraft['header'] => ({
  releaseId: release.id,
  service: release.service.slug,
  serviceName: release.service.name,
  environment: release.environment.slug,
  environmentName: release.environment.name,
  version: release.version,
  baselineVersion: release.baselineVersion,
  plan: plan.name,
  planRevision: release.planRevision,
  outcome: state.outcome,
  stoppedAt: stoppedAt(walked, plan.stages),
  startedAt: release.createdAt,
  finishedAt: release.finishedAt,
  startedBy: cast.whoOf(walked[0]?.event.actor ?? ENGINE),
  reason: release.reason === null ? null : cast.mask(release.reason),
});

const stoppedAt = (
  walked: readonly Walked[],
  stages: RetrospectiveFacts['plan']['stages'],
): RetrospectiveDraft['header']['stoppedAt'] => {
  const index = decisionOf(walked)?.after.stageIndex ?? -1;
  const stage = stages[index];
  return stage
    ? { index, name: stage.name, shareBasisPoints: stage.shareBasisPoints, of: stages.length }
    : null;
};

const stagesOf = ({ state, plan }: RetrospectiveFacts): RetrospectiveDraft['stages'] =>
  state.passed.flatMap((moment, index) => {
    const stage = plan.stages[index];
    if (!stage) return [];
    const { name, shareBasisPoints, gate } = stage;
    return [{ index, name, shareBasisPoints, gate, ...moment }];
  });
