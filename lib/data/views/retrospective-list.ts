/** Retrospectives as a list, the newest draft first. */
import { z } from 'zod';
import type { RetrospectiveRow } from '../../contract/retrospective.ts';
import type { Queryable } from '../database.ts';
import type { TimeCursor } from '../time-cursor.ts';

export type RetrospectiveFilter = {
  service?: string | undefined;
  status?: 'draft' | 'signed-off' | undefined;
  outcome?: string | undefined;
  after: TimeCursor | null;
  /** Decides what is overdue. */
  today: Date;
  limit: number;
};

export const listRetrospectiveRows = async (
  client: Queryable,
  filter: RetrospectiveFilter,
): Promise<{ row: RetrospectiveRow; createdAt: Date }[]> => {
  const { rows } = await client.query(LIST, [
    filter.service ?? null,
    filter.status ?? null,
    filter.outcome ?? null,
    filter.after?.at ?? null,
    filter.after?.id ?? null,
    filter.today,
    filter.limit,
  ]);
  return z.array(rowSchema).parse(rows).map(toRow);
};

const LIST = `
  SELECT t.id, t.release_id, t.created_at, t.signed_off_at, t.draft->'header' AS header,
    (SELECT count(*) FROM jsonb_object_keys(t.checked)) AS checked,
    (SELECT count(*) FROM action_item a WHERE a.retrospective_id = t.id AND a.done_at IS NULL) AS open_items,
    (SELECT count(*) FROM action_item a WHERE a.retrospective_id = t.id AND a.done_at IS NULL
      AND a.due_on < ($6::timestamptz AT TIME ZONE 'UTC')::date) AS overdue_items,
    EXISTS (SELECT 1 FROM false_alarm f WHERE f.release_id = t.release_id) AS false_alarm
  FROM retrospective t JOIN release r ON r.id = t.release_id JOIN service s ON s.id = r.service_id
  WHERE ($1::text IS NULL OR s.slug = $1)
    AND ($2::text IS NULL OR ($2 = 'signed-off') = (t.signed_off_at IS NOT NULL))
    AND ($3::text IS NULL OR r.outcome = $3)
    AND ($4::timestamptz IS NULL OR (t.created_at, t.id) < ($4, $5::uuid))
  ORDER BY t.created_at DESC, t.id DESC LIMIT $7`;

const rowSchema = z.object({
  id: z.string(),
  release_id: z.string(),
  created_at: z.date(),
  signed_off_at: z.date().nullable(),
  header: z.object({
    service: z.string(),
    serviceName: z.string(),
    environmentName: z.string(),
    version: z.string(),
    outcome: z.enum(['released', 'rolled-back', 'cancelled']),
    stoppedAt: z
      .object({ index: z.number(), name: z.string(), shareBasisPoints: z.number(), of: z.number() })
      .nullable(),
    finishedAt: z.number(),
  }),
  checked: z.number(),
  open_items: z.number(),
  overdue_items: z.number(),
  false_alarm: z.boolean(),
});

const toRow = ({ header, ...row }: z.infer<typeof rowSchema>) => ({
  createdAt: row.created_at,
  row: {
    id: row.id,
    releaseId: row.release_id,
    service: header.service,
    serviceName: header.serviceName,
    environmentName: header.environmentName,
    version: header.version,
    outcome: header.outcome,
    stoppedAt: header.stoppedAt && {
      index: header.stoppedAt.index,
      name: header.stoppedAt.name,
      of: header.stoppedAt.of,
      share: header.stoppedAt.shareBasisPoints / 100,
    },
    finishedAt: new Date(header.finishedAt).toISOString(),
    signedOffAt: row.signed_off_at?.toISOString() ?? null,
    openItems: row.open_items,
    overdueItems: row.overdue_items,
    checked: row.checked,
    falseAlarm: row.false_alarm,
  },
});
