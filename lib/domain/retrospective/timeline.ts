/** The record as a timeline: every item points at what it was taken from. */
import type { Verdict } from '../analysis/contract.ts';
import { eventText } from '../release/event-text.ts';
import { exposureBasisPoints } from '../release/exposure.ts';
import type { Plan, ReleaseEvent } from '../release/types.ts';
import { shareText } from '../release/words.ts';
import type { TimelineItem, Who } from './draft-schema.ts';
import type { RetrospectiveFacts } from './facts.ts';
import type { Cast } from './people.ts';
import type { Walked } from './walk.ts';

/** Events, incidents and commits in the order of time; at the same moment the record comes first. */
export const timelineOf = (
  facts: Pick<RetrospectiveFacts, 'plan' | 'incidents' | 'commits'>,
  walked: readonly Walked[],
  cast: Cast,
): TimelineItem[] =>
  [
    ...walked.map((fact) => itemOf(fact, facts.plan, walked[0]?.at ?? fact.at, cast)),
    ...incidentItems(facts.incidents, cast),
    ...commitItems(facts.commits, cast),
  ].sort((a, b) => a.at - b.at);

const itemOf = (walked: Walked, plan: Plan, createdAt: number, cast: Cast): TimelineItem => {
  const { event, at, sequence } = walked;
  const verdict = verdictOf(event);
  return {
    at,
    kind: isRecovery(walked) ? 'recovery' : (KINDS[event.type] ?? 'act'),
    who: cast.whoOf(event.actor),
    text: cast.mask(textOf(walked, plan)),
    reason: reasonOf(event, cast),
    waitedSeconds: event.type === 'approve' ? waitedSeconds(walked, plan, createdAt) : null,
    metrics: verdict ? numbersOf(verdict) : [],
    evidence: { type: 'event', sequence },
  };
};

/** What is not listed is an act. */
const KINDS: Partial<Record<ReleaseEvent['type'], TimelineItem['kind']>> = {
  created: 'start',
  approve: 'approval',
  reject: 'approval',
  advance: 'stage',
  'gate-passed': 'stage',
  'undo-window-closed': 'stage',
  'watch-finished': 'stage',
  'bake-overdue': 'stage',
  verdict: 'verdict',
  'cluster-verdict': 'verdict',
  'target-checked': 'target',
  'agent-lost': 'contact',
  'agent-back': 'contact',
  'target-applied': 'target',
  'target-failed': 'target',
};

const isRecovery = ({ before, after }: Walked): boolean =>
  before?.phase === 'rolling-back' && after.outcome !== null;

/** The sentence of an event without what its author wrote, which stands beside it. */
export const textOf = ({ event, before, after }: Walked, plan: Plan): string => {
  if (event.type === 'target-applied') {
    const cluster = after.targets.find(({ id }) => id === event.targetId)?.cluster ?? 'a cluster';
    const share = shareText(exposureBasisPoints(after));
    const ended = before?.phase === 'rolling-back' && after.outcome !== null;
    return `${cluster} confirmed ${share}${ended ? '; every target is back on the baseline' : ''}`;
  }
  const around = { before: before?.stageIndex ?? -1, after: after.stageIndex };
  const silent =
    'reason' in event && event.type !== 'target-failed'
      ? ({ ...event, reason: null } as ReleaseEvent)
      : event;
  // The sentence of a verdict begins with its decision already.
  return eventText(silent, plan, around).replace(/^(Verdict[^:]*: )(?:may advance|hold|roll back)\. /, '$1');
};

const reasonOf = (event: ReleaseEvent, cast: Cast): string | null =>
  'reason' in event && event.type !== 'target-failed' && event.reason ? cast.mask(event.reason) : null;

export const verdictOf = (event: ReleaseEvent): Verdict | null => ('verdict' in event ? event.verdict : null);

const numbersOf = ({ metrics }: Verdict): TimelineItem['metrics'] =>
  metrics.flatMap(({ name, kind, decision, canary, baseline, ratio }) =>
    canary.n === 0 && baseline.n === 0 ? [] : [{ name, kind, decision, canary, baseline, ratio }],
  );

/** The start waits from its creation; a stage waits from when its shortest bake was over. */
const waitedSeconds = ({ at, before }: Walked, plan: Plan, createdAt: number): number => {
  const stage = plan.stages[before?.stageIndex ?? -1];
  const since = before?.stageConfirmedAt ?? before?.stageStartedAt ?? createdAt;
  return Math.max(0, at - since - (stage?.bakeSecondsMin ?? 0) * 1_000) / 1_000;
};

const NOBODY: Who = { kind: 'engine', person: null, label: 'Slipway' };
const factItem = { reason: null, waitedSeconds: null, metrics: [] };

const incidentItems = (incidents: RetrospectiveFacts['incidents'], cast: Cast): TimelineItem[] =>
  incidents.flatMap(({ id, at, title, url, resolvedAt }) => {
    const item = { ...factItem, kind: 'incident' as const, who: NOBODY };
    const evidence = { type: 'incident' as const, id, url };
    const opened = { ...item, at, text: `Incident opened: ${cast.mask(title)}`, evidence };
    return resolvedAt === null
      ? [opened]
      : [opened, { ...item, at: resolvedAt, text: `Incident resolved: ${cast.mask(title)}`, evidence }];
  });

const commitItems = (commits: RetrospectiveFacts['commits'], cast: Cast): TimelineItem[] =>
  commits.map(({ hash, at, title, author, url }) => {
    const person = cast.people.find(({ name }) => name === author);
    return {
      ...factItem,
      at,
      kind: 'commit',
      who: { kind: 'person', person: person?.key ?? null, label: person?.label ?? 'an author' },
      text: `Commit ${hash.slice(0, 8)}: ${cast.mask(title)}`,
      evidence: { type: 'commit', hash, url },
    };
  });
