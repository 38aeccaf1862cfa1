/** Single samples as they are stored, for what cannot be told from sums. */
import { z } from 'zod';
import type { SampleDetails } from '../../../agent/src/protocol.ts';
import type { Queryable } from '../database.ts';
import type { SampleRow, Span } from '../samples.ts';

/** The samples of targets over a span, in no order. */
export const readRows = async (
  client: Queryable,
  targetIds: readonly string[],
  { from, to }: Span,
): Promise<SampleRow[]> => {
  const { rows } = await client.query(
    `SELECT target_id, track, at, seconds, layout_id, requests, errors, latency, counts, assigned_basis_points, details
     FROM sample
     WHERE target_id = ANY($1::uuid[]) AND at > $2 AND at <= $3`,
    [targetIds, new Date(from), new Date(to)],
  );
  return z.array(rowSchema).parse(rows).map(toRow);
};

/** Checked when they came in; only `insertSamples` writes this column. */
const detailsSchema = z.custom<SampleDetails>((value) => typeof value === 'object');

const rowSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  at: z.date(),
  seconds: z.number(),
  layout_id: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  assigned_basis_points: z.number().nullable(),
  details: detailsSchema.nullable(),
});

const toRow = (row: z.infer<typeof rowSchema>): SampleRow => ({
  targetId: row.target_id,
  track: row.track === 0 ? 0 : 1,
  at: row.at.getTime(),
  seconds: row.seconds,
  layoutId: row.layout_id,
  requests: row.requests,
  errors: row.errors,
  latency: row.latency,
  counts: row.counts,
  assignedBasisPoints: row.assigned_basis_points,
  details: row.details,
});
