/** A stored release as the API answers it: one function, so that page, API and command line never differ. */
import type {
  ReleaseStageView,
  ReleaseTargetView,
  ReleaseView,
  VerdictView,
} from '../../contract/release.ts';
import type { ReleaseSnapshot, SnapshotTarget } from '../../data/views/release-snapshot.ts';
import type { Verdict } from '../../domain/analysis/contract.ts';
import { actorIn } from '../../domain/policy/grants.ts';
import { actionsFor, type ReleaseNames } from '../../domain/release/actions.ts';
import { exposureBasisPoints, nextStage } from '../../domain/release/exposure.ts';
import { nextDueAt, requirementsOf } from '../../domain/release/gates.ts';
import { headlineOf, nextText } from '../../domain/release/headline.ts';
import { analysisDocument, bindMargins } from '../../domain/release/plan-analysis.ts';
import { pointOfNoReturn } from '../../domain/release/schemas.ts';
import type { Actor } from '../../domain/release/types.ts';

/** `now` in milliseconds; `actor` decides what `actions` says. */
export const releaseView = (snapshot: ReleaseSnapshot, actor: Actor, now: number): ReleaseView => {
  const { state, plan, verdict } = snapshot;
  const here = actorIn(actor, { service: snapshot.service.slug, environment: snapshot.environment.slug });
  const names = namesOf(snapshot);
  const stage = plan.stages[state.stageIndex];
  const dueAt = nextDueAt(state, plan, now);
  return {
    id: snapshot.id,
    service: snapshot.service.slug,
    serviceName: snapshot.service.name,
    environment: snapshot.environment.slug,
    environmentName: snapshot.environment.name,
    version: snapshot.version.version,
    versionDigest: snapshot.version.digest,
    baselineVersion: snapshot.baseline?.version ?? null,
    plan: {
      name: snapshot.planRevision.name,
      revision: snapshot.planRevision.revision,
      digest: snapshot.planRevision.digest,
    },
    analysisPolicy: analysisDocument(bindMargins(plan.analysis, snapshot.metrics)),
    strategy: plan.strategy,
    state: state.phase,
    outcome: state.outcome,
    emergency: state.governance?.emergency === true,
    frozen: state.frozen ? { name: state.frozen.name, until: time(state.frozen.until) } : null,
    headline: headlineOf(state, plan, names, verdict),
    stage: stage
      ? {
          index: state.stageIndex,
          name: stage.name,
          share: percent(stage.shareBasisPoints),
          startedAt: time(state.stageStartedAt),
        }
      : null,
    stages: stagesOf(snapshot),
    stateVersion: snapshot.stateVersion,
    startedAt: snapshot.createdAt.toISOString(),
    startedBy: snapshot.startedBy,
    reason: snapshot.reason,
    finishedAt: snapshot.finishedAt?.toISOString() ?? null,
    pausedBy: state.pausedBy && { name: state.pausedBy.name, reason: state.pausedBy.reason },
    queued: state.queued && {
      action: state.queued.action,
      by: state.queued.by,
      dueAt: new Date(state.queued.dueAt).toISOString(),
    },
    nextAt: time(dueAt),
    nextText: nextText(state, plan, verdict),
    requirements: requirementsOf(state, plan, verdict, now),
    exposure: {
      share: percent(exposureBasisPoints(state)),
      shareAfterAdvance:
        state.outcome === null ? sharePercentOf(nextStage(state, plan)?.shareBasisPoints) : null,
      requestsPerMinute: snapshot.canaryRequestsPerMinute,
      badRequests: snapshot.canaryErrors,
      clusters: state.targets.length,
    },
    targets: snapshot.targets.map((target) => targetView(target, snapshot)),
    verdict: verdict && verdictView(verdict, snapshot.queries),
    actions: actionsFor(state, plan, names, here),
    retryOf: snapshot.retryOf,
    neighbours: snapshot.neighbours,
    asOf: time(snapshot.asOf),
  };
};

export const namesOf = (
  snapshot: Pick<ReleaseSnapshot, 'service' | 'environment' | 'version' | 'baseline'>,
): ReleaseNames => ({
  service: snapshot.service.slug,
  environment: snapshot.environment.name,
  version: snapshot.version.version,
  baselineVersion: snapshot.baseline?.version ?? null,
});

export const percent = (basisPoints: number): number => basisPoints / 100;
const sharePercentOf = (basisPoints: number | undefined): number | null =>
  basisPoints === undefined ? null : percent(basisPoints);
const time = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

const verdictView = (verdict: Verdict, queries: Record<string, string>): VerdictView => ({
  ...verdict,
  at: time(verdict.at),
  metrics: verdict.metrics.map((metric) => ({ ...metric, query: queries[metric.name] ?? null })),
});

/** A counted share says something once this many requests stand behind it. */
const SEEN_REQUESTS_MIN = 20;
/** Sticky users make a split lumpier than chance alone; a percentage point more is still the wish. */
const SEEN_SLACK_BASIS_POINTS = 100;
const SEEN_DEVIATIONS = 5;

/** Does what the router counted fit the share it is set to, as far as chance allows? */
const isSeen = ({ seenRequests, seenBasisPoints, setBasisPoints }: SnapshotTarget): boolean => {
  if (seenRequests < SEEN_REQUESTS_MIN || seenBasisPoints === null || setBasisPoints === null) return false;
  const share = setBasisPoints / 10_000;
  const chance = 10_000 * Math.sqrt((share * (1 - share)) / seenRequests);
  return Math.abs(seenBasisPoints - setBasisPoints) <= SEEN_SLACK_BASIS_POINTS + SEEN_DEVIATIONS * chance;
};

const targetView = (target: SnapshotTarget, { state }: ReleaseSnapshot): ReleaseTargetView => {
  const wish = state.targets.find(({ id }) => id === target.id);
  const generation = wish?.generation ?? target.generation;
  // What was counted under an older wish says nothing about this one.
  const applied = target.appliedGeneration >= generation;
  const confirmed = applied ? target.confirmed : 'unknown';
  return {
    id: target.id,
    cluster: target.cluster,
    part: wish?.heldBack ? 'held-back' : wish?.waiting ? 'waiting' : 'moved',
    checked:
      wish?.checked?.generation === generation
        ? { problems: wish.checked.problems, differences: wish.checked.differences }
        : null,
    generation,
    share: {
      wanted: percent(wish?.wantedBasisPoints ?? target.wantedBasisPoints ?? 0),
      set: sharePercentOf(target.setBasisPoints ?? undefined),
      seen: sharePercentOf(applied ? (target.seenBasisPoints ?? undefined) : undefined),
      seenRequests: applied ? target.seenRequests : 0,
      confirmed,
      seenAt: target.seenAt?.toISOString() ?? null,
    },
    progress: progressOf(target, generation, confirmed),
    agent: { connected: target.connected, since: target.connectedSince?.toISOString() ?? null },
    problem: wish?.failure ?? target.problem,
    sourceProblem: target.sourceProblem,
  };
};

const progressOf = (
  target: SnapshotTarget,
  generation: number,
  confirmed: string,
): ReleaseTargetView['progress'] => {
  if (target.appliedGeneration < generation) return target.sentGeneration >= generation ? 'sent' : 'queued';
  return confirmed === 'yes' && isSeen(target) ? 'seen' : 'confirmed';
};

const stagesOf = ({ plan, state }: ReleaseSnapshot): ReleaseStageView[] => {
  const finalFrom = pointOfNoReturn(plan, state.schemas);
  return plan.stages.map((stage, index) => {
    const over = state.passed[index];
    const current = index === state.stageIndex;
    return {
      index,
      name: stage.name,
      share: percent(stage.shareBasisPoints),
      gate: stage.gate,
      wave: stage.wave,
      checks: stage.checks.map(({ name }) => name),
      pointOfNoReturn: index === finalFrom,
      bakeSecondsMin: stage.bakeSecondsMin,
      bakeSecondsMax: stage.bakeSecondsMax,
      watchSeconds: stage.watchSeconds,
      status: statusOf(index, state.stageIndex, state.outcome),
      startedAt: time(over?.startedAt ?? (current ? state.stageStartedAt : null)),
      confirmedAt: time(over ? over.confirmedAt : current ? state.stageConfirmedAt : null),
      endedAt: time(over?.endedAt ?? null),
    };
  });
};

const statusOf = (index: number, current: number, outcome: string | null): ReleaseStageView['status'] => {
  if (index < current) return 'done';
  if (outcome === 'released') return 'done';
  if (index === current) return outcome === null ? 'current' : 'done';
  return outcome === null ? 'next' : 'skipped';
};
