/** Action items of all retrospectives as a list, the newest first. */

import { z } from 'zod';
import type { Queryable } from '../database.ts';
import type { TimeCursor } from '../time-cursor.ts';

export type ActionItemFilter = {
  service?: string | undefined;
  status?: 'open' | 'overdue' | 'done' | undefined;
  owner?: string | undefined;
  after: TimeCursor | null;
  /** Decides what is overdue. */
  today: Date;
  limit: number;
};

export const listActionItemRows = async (client: Queryable, filter: ActionItemFilter) => {
  const { rows } = await client.query(LIST, [
    filter.service ?? null,
    filter.status ?? null,
    filter.owner ?? null,
    filter.after?.at ?? null,
    filter.after?.id ?? null,
    filter.today,
    filter.limit,
  ]);
  return z.array(rowSchema).parse(rows).map(toItem);
};

const LIST = `
  SELECT a.id, a.retrospective_id, t.release_id, s.slug AS service, a.text, a.type, a.owner,
    a.due_on::text AS due_on, a.ticket, a.done_at, a.version, a.created_at
  FROM action_item a JOIN retrospective t ON t.id = a.retrospective_id
  JOIN release r ON r.id = t.release_id JOIN service s ON s.id = r.service_id
  WHERE ($1::text IS NULL OR s.slug = $1)
    AND ($2::text IS NULL
      OR $2 = 'done' AND a.done_at IS NOT NULL
      OR $2 <> 'done' AND a.done_at IS NULL
        AND ($2 = 'open' OR a.due_on < ($6::timestamptz AT TIME ZONE 'UTC')::date))
    AND ($3::text IS NULL OR a.owner = $3)
    AND ($4::timestamptz IS NULL OR (a.created_at, a.id) < ($4, $5::uuid))
  ORDER BY a.created_at DESC, a.id DESC LIMIT $7`;

const rowSchema = z.object({
  id: z.string(),
  retrospective_id: z.string(),
  release_id: z.string(),
  service: z.string(),
  text: z.string(),
  type: z.string(),
  owner: z.string().nullable(),
  due_on: z.string().nullable(),
  ticket: z.string().nullable(),
  done_at: z.date().nullable(),
  version: z.number(),
  created_at: z.date(),
});

const toItem = (row: z.infer<typeof rowSchema>) => ({
  id: row.id,
  retrospective: row.retrospective_id,
  releaseId: row.release_id,
  service: row.service,
  text: row.text,
  type: row.type,
  owner: row.owner,
  dueOn: row.due_on === null ? null : new Date(`${row.due_on}T00:00:00Z`),
  ticket: row.ticket,
  doneAt: row.done_at,
  version: row.version,
  createdAt: row.created_at,
});
