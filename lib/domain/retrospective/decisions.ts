/** Decisions as triples, so that each is judged by what was known when it was taken. */
import type { Verdict } from '../analysis/contract.ts';
import type { Plan, ReleaseEvent } from '../release/types.ts';
import type { RetrospectiveDraft } from './draft-schema.ts';
import type { Cast } from './people.ts';
import { textOf, verdictOf } from './timeline.ts';
import type { Walked } from './walk.ts';

type Decision = RetrospectiveDraft['decisions'][number];

/** One triple for each event by which somebody, or the engine, decided something. */
export const decisionsOf = (walked: readonly Walked[], plan: Plan, cast: Cast): Decision[] => {
  let last: Verdict | null = null;
  return walked.flatMap((fact) => {
    const own = verdictOf(fact.event);
    last = own ?? last;
    if (!decides(fact)) return [];
    return [
      {
        at: fact.at,
        sequence: fact.sequence,
        who: cast.whoOf(fact.event.actor),
        known: knownOf(last, fact),
        concluded: concludedOf(fact.event, cast),
        done: cast.mask(doneOf(fact, plan)),
      },
    ];
  });
};

const ACTS: readonly ReleaseEvent['type'][] = [
  'created',
  'approve',
  'reject',
  'advance',
  'pause',
  'resume',
  'rollback',
  'cancel',
  'retry',
  'undo',
  'gate-passed',
  'watch-finished',
];

/** Verdicts that change nothing are on the timeline; those that stop a release are decisions. */
const decides = ({ event, before, after }: Walked): boolean =>
  ACTS.includes(event.type) || (after.phase !== before?.phase && event.type !== 'target-applied');

const knownOf = (verdict: Verdict | null, { before }: Walked): string => {
  if (verdict) return verdict.sentence;
  return before === null || before.stageIndex < 0
    ? 'Nothing had been measured: there was no traffic yet.'
    : 'The analysis had not reached a verdict.';
};

const concludedOf = (event: ReleaseEvent, cast: Cast): string => {
  if (event.type === 'verdict')
    return 'The analysis found harm beyond chance and the plan says to roll back.';
  if (event.type === 'gate-passed') return `The gate "${event.gate}" held.`;
  if (event.type === 'watch-finished') return 'The watch at full share was over without an objection.';
  if (event.type === 'agent-lost') return 'An agent could no longer be reached.';
  if ('reason' in event && event.reason) return cast.mask(event.reason);
  return 'No reason was written.';
};

const goesBack = ({ after }: Walked): boolean =>
  after.phase === 'rolling-back' || after.outcome === 'rolled-back';

const doneOf = (fact: Walked, plan: Plan): string => {
  const { event, before, after } = fact;
  if ('verdict' in event && goesBack(fact))
    return 'All traffic was sent back to the baseline at once, without waiting for a person.';
  if ('verdict' in event && after.phase === 'paused') return 'The release was paused for a person to decide.';
  if (event.type === 'agent-lost' && after.phase !== before?.phase)
    return after.phase === 'paused'
      ? 'The release was paused, as the plan says.'
      : 'All traffic was sent back, as the plan says.';
  return `${textOf(fact, plan)}.`;
};
