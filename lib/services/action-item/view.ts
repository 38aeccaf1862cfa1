import type { ActionItemView } from '../../contract/retrospective.ts';
import type { ActionType } from '../../domain/retrospective/checklist.ts';

export type ActionItemRecord = {
  id: string;
  retrospective: string;
  releaseId: string;
  service: string;
  text: string;
  type: string;
  owner: string | null;
  /** Midnight, UTC. */
  dueOn: Date | null;
  ticket: string | null;
  doneAt: Date | null;
  version: number;
  createdAt: Date;
};

/** Overdue when its day has passed, UTC, and it is not done; `now` in milliseconds. */
export const actionItemView = (item: ActionItemRecord, now: number): ActionItemView => ({
  id: item.id,
  retrospective: item.retrospective,
  releaseId: item.releaseId,
  service: item.service,
  text: item.text,
  type: typeOf(item.type),
  owner: item.owner,
  dueOn: item.dueOn?.toISOString().slice(0, 10) ?? null,
  ticket: item.ticket,
  doneAt: item.doneAt?.toISOString() ?? null,
  overdue: item.doneAt === null && item.dueOn !== null && item.dueOn.getTime() + DAY_MS <= now,
  version: item.version,
  createdAt: item.createdAt.toISOString(),
});

const DAY_MS = 86_400_000;

/** The table allows these four only. */
const typeOf = (type: string): ActionType =>
  type === 'detect' || type === 'mitigate' || type === 'process' ? type : 'prevent';
