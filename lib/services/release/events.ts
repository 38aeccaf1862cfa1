import { idSchema } from '../../contract/primitives.ts';
import type { ReleaseEventView } from '../../contract/release.ts';
import { listEvents, type StoredEvent } from '../../data/release-events.ts';
import { loadRelease } from '../../data/releases.ts';
import { decide } from '../../domain/release/decide.ts';
import { eventText } from '../../domain/release/event-text.ts';
import type { Plan, ReleaseState } from '../../domain/release/types.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

/** A release has at most this many events in one answer; the rest follows by cursor. */
const PAGE_EVENTS = 500;
/** No record grows to this; a cursor beyond it was made up. */
const EVENTS_MAX = 1_000_000;

/** The append-only record of a release, oldest first, each event with its sentence and its place in the hash chain. */
export const listReleaseEvents = async (
  ctx: Context,
  {
    id,
    cursor,
    limit = PAGE_EVENTS,
  }: { id: string; cursor?: string | undefined; limit?: number | undefined },
): Promise<{ items: ReleaseEventView[]; next: string | null }> => {
  authorize(ctx.actor, 'release:read');
  const release = idSchema.safeParse(id).success ? await loadRelease(ctx.db.pool, id) : null;
  if (!release) throw new ServiceError('not-found', `There is no release ${id}.`);
  const after = cursorOf(cursor);
  const events = await listEvents(ctx.db.pool, id, 0, after + limit + 1);
  const told = tell(events, release.plan).slice(after, after + limit);
  return { items: told, next: events.length > after + limit ? String(after + told.length) : null };
};

const cursorOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const after = Number(cursor);
  if (Number.isSafeInteger(after) && after >= 0 && after <= EVENTS_MAX) return after;
  throw new ServiceError('invalid', 'cursor: use the value of "next" from the page before.', {
    errors: [{ path: 'cursor', message: 'use the value of "next" from the page before' }],
  });
};

/** Sentences need to know whether a stage was entered, so the record is folded along with the telling. */
const tell = (events: readonly StoredEvent[], plan: Plan): ReleaseEventView[] => {
  let state: ReleaseState | null = null;
  return events.map((stored) => {
    const before = state?.stageIndex ?? -1;
    const decided = decide(state, stored.event, plan, stored.at);
    if (!('refused' in decided)) state = decided.state;
    const { type, actor, ...data } = stored.event;
    return {
      sequence: stored.sequence,
      at: new Date(stored.at).toISOString(),
      type,
      actor: { kind: actor.kind, name: actor.name },
      text: eventText(stored.event, plan, { before, after: state?.stageIndex ?? -1 }),
      data,
      hash: stored.hash,
      previousHash: stored.previousHash,
    };
  });
};
