/** One sentence for each recorded event, for timeline, chat and reports. */

import type { Plan, ReleaseEvent } from './types.ts';
import { shareText } from './words.ts';

/** `before` and `after` are the stage indexes around the event. */
export const eventText = (
  event: ReleaseEvent,
  plan: Plan,
  around: { before: number; after: number },
): string => {
  const to = shareText(plan.stages[around.after]?.shareBasisPoints ?? 0);
  const rose = around.after > around.before;
  const reason = 'reason' in event && event.reason ? `: ${event.reason}` : '';
  switch (event.type) {
    case 'created':
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
      return `Rolled back by hand${reason}`;
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
    case 'agent-lost':
      return 'Contact with an agent was lost';
    case 'agent-back':
      return 'Contact with an agent is back';
  }
};

const VERDICT_WORDS = { advance: 'may advance', hold: 'hold', rollback: 'roll back' } as const;
