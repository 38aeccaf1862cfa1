/** One sentence for each recorded event, for timeline, chat and reports. */

import type { Plan, ReleaseEvent } from './types.ts';
import { listText, stepText } from './words.ts';

/** `before` and `after` are the stage indexes around the event. */
export const eventText = (
  event: ReleaseEvent,
  plan: Plan,
  around: { before: number; after: number },
): string => {
  const to = stepText(plan.stages[around.after]);
  const rose = around.after > around.before;
  const reason = 'reason' in event && event.reason ? `: ${event.reason}` : '';
  switch (event.type) {
    case 'created':
      if (event.governance?.emergency && rose) return `Started as an emergency at ${to}${reason}`;
      return rose
        ? `Started at ${to}${reason}`
        : `Created; waits for ${event.approvalsNeeded} approval(s)${reason}`;
    case 'approve':
      return `Approved${rose ? ` and started at ${to}` : ''}${reason}`;
    case 'reject':
      return `Rejected${reason}`;
    case 'advance':
      return rose ? `Advanced to ${to}${reason}` : `Advance queued, can be undone${reason}`;
    case 'pause':
      return `Paused${reason}`;
    case 'resume':
      return `Resumed${reason}`;
    case 'rollback':
      return `Rolled back by hand${event.force ? ', by force past the point of no return' : ''}${reason}`;
    case 'cancel':
      return `Cancelled${reason}`;
    case 'retry':
      return `Failed targets asked again${reason}`;
    case 'undo':
      return `Queued command withdrawn${reason}`;
    case 'undo-window-closed':
      return rose
        ? `Undo window closed; advanced to ${to}`
        : 'Undo window closed; the queued command no longer held';
    case 'gate-passed':
      return `Gate "${event.gate}" passed; advanced to ${to}${event.verdict ? `. ${event.verdict.sentence}` : ''}`;
    case 'verdict':
      return `Verdict: ${VERDICT_WORDS[event.verdict.decision]}. ${event.verdict.sentence}`;
    case 'bake-overdue':
      return 'The longest bake time is over without enough evidence; a person has to decide';
    case 'watch-finished':
      return 'Watched to the end; released';
    case 'target-applied':
      return 'Router confirmed the change';
    case 'target-failed':
      return `A target could not carry out the change: ${event.reason}`;
    case 'target-checked': {
      const wrong = [
        ...event.results.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : [])),
      ];
      const all = [...wrong, ...event.differences];
      return all.length === 0
        ? 'The new side was checked and is well'
        : `The new side was checked: ${all.join('; ')}`;
    }
    case 'cluster-verdict':
      return `Verdict for ${listText(event.clusters)}: ${VERDICT_WORDS[event.verdict.decision]}. ${event.verdict.sentence}`;
    case 'agent-lost':
      return 'Contact with an agent was lost';
    case 'agent-back':
      return 'Contact with an agent is back';
    case 'freeze-began':
      return `Frozen by "${event.frozen.name}"`;
    case 'freeze-ended':
      return 'No longer frozen';
    case 'approval-expired':
      return 'An approval is too old and no longer counts';
    case 'superseded':
      return `Superseded: ${event.by}`;
  }
};

const VERDICT_WORDS = { advance: 'may advance', hold: 'hold', rollback: 'roll back' } as const;
