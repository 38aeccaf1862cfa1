import { z } from 'zod';
import { type Mapping, mappingSchema } from '../../domain/incident/mapping.ts';
import { SOURCE_KINDS, type SourceKind } from '../../domain/incident/signal.ts';
import type { Queryable } from '../database.ts';

export type IncidentSourceDocument = { name: string; kind: SourceKind; mapping: Mapping };

const storedSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  kind: z.enum(SOURCE_KINDS),
  mapping: mappingSchema,
  secret: z.string().nullable(),
  received_at: z.date().nullable(),
  problem: z.string().nullable(),
  refused: z.number(),
  refused_at: z.date().nullable(),
  updated_at: z.date(),
});
export type StoredIncidentSource = z.infer<typeof storedSchema>;

export const readIncidentSources = async (
  db: Queryable,
  options: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredIncidentSource[]> => {
  const { rows } = await db.query(
    `SELECT id, slug, name, kind, mapping, secret, received_at, problem, refused, refused_at, updated_at
     FROM incident_source
     WHERE ($1::text IS NULL OR slug = $1) AND ($2::text IS NULL OR slug > $2) ORDER BY slug LIMIT $3`,
    [options.slug ?? null, options.after ?? null, options.limit],
  );
  return z.array(storedSchema).parse(rows);
};

export const findIncidentSource = async (
  db: Queryable,
  slug: string,
): Promise<(StoredIncidentSource & { document: IncidentSourceDocument }) | null> => {
  const [found] = await readIncidentSources(db, { slug, limit: 1 });
  if (!found) return null;
  const { name, kind, mapping } = found;
  return { ...found, document: { name, kind, mapping } };
};

export const storeIncidentSource = async (
  db: Queryable,
  slug: string,
  { name, kind, mapping }: IncidentSourceDocument,
): Promise<void> => {
  await db.query(
    `INSERT INTO incident_source (slug, name, kind, mapping) VALUES ($1, $2, $3, $4)
     ON CONFLICT (slug) DO UPDATE SET name = $2, kind = $3, mapping = $4, updated_at = now()`,
    [slug, name, kind, JSON.stringify(mapping)],
  );
};

/** `secret` is sealed. */
export const setSourceSecret = async (db: Queryable, id: string, secret: string): Promise<void> => {
  await db.query('UPDATE incident_source SET secret = $2, updated_at = now() WHERE id = $1', [id, secret]);
};

/** Counts a message that was not genuine. True when the ledger should hear of it: at most once a minute. */
export const countRefusal = async (db: Queryable, id: string): Promise<boolean> => {
  const { rows } = await db.query(
    `UPDATE incident_source AS s SET refused = s.refused + 1, refused_at = now(),
       refusal_noted_at = CASE WHEN old.due THEN now() ELSE s.refusal_noted_at END
     FROM (SELECT id, refusal_noted_at IS NULL OR refusal_noted_at < now() - interval '1 minute' AS due
           FROM incident_source WHERE id = $1 FOR UPDATE) AS old
     WHERE s.id = old.id RETURNING old.due`,
    [id],
  );
  return z.array(z.object({ due: z.boolean() })).parse(rows)[0]?.due ?? false;
};

export type DeliveryRow = {
  sourceId: string;
  delivery: string;
  outcome: 'stored' | 'ignored' | 'refused';
  detail: string | null;
  incidents: readonly string[];
  payload: string;
};

/** False, and nothing is stored, when this delivery came before. */
export const claimDelivery = async (
  db: Queryable,
  { sourceId, delivery, payload }: Pick<DeliveryRow, 'sourceId' | 'delivery' | 'payload'>,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `INSERT INTO incident_delivery (source_id, delivery, received_at, outcome, payload)
     VALUES ($1, $2, now(), 'refused', $3) ON CONFLICT DO NOTHING`,
    [sourceId, delivery, payload],
  );
  return rowCount === 1;
};

export const finishDelivery = async (db: Queryable, row: Omit<DeliveryRow, 'payload'>): Promise<void> => {
  await db.query(
    'UPDATE incident_delivery SET outcome = $3, detail = $4, incidents = $5 WHERE source_id = $1 AND delivery = $2',
    [row.sourceId, row.delivery, row.outcome, row.detail, row.incidents],
  );
  await db.query('UPDATE incident_source SET received_at = now(), problem = $2 WHERE id = $1', [
    row.sourceId,
    row.outcome === 'ignored' ? null : row.detail,
  ]);
};

const deliverySchema = z.object({
  delivery: z.string(),
  received_at: z.date(),
  outcome: z.enum(['stored', 'ignored', 'refused']),
  detail: z.string().nullable(),
  incidents: z.array(z.string()),
  payload: z.string().nullable(),
});
export type StoredDelivery = z.infer<typeof deliverySchema>;

/** The newest first; `before` is the time and name of the last of the page before. */
export const readDeliveries = async (
  db: Queryable,
  sourceId: string,
  { before, limit }: { before: { at: Date; delivery: string } | null; limit: number },
): Promise<StoredDelivery[]> => {
  const { rows } = await db.query(
    `SELECT delivery, received_at, outcome, detail, incidents, payload FROM incident_delivery
     WHERE source_id = $1 AND ($2::timestamptz IS NULL OR (received_at, delivery) < ($2, $3))
     ORDER BY received_at DESC, delivery DESC LIMIT $4`,
    [sourceId, before?.at ?? null, before?.delivery ?? null, limit],
  );
  return z.array(deliverySchema).parse(rows);
};

/** Throws payloads away that are older than this; that they came stays. */
export const dropOldPayloads = async (db: Queryable, daysKept: number): Promise<void> => {
  await db.query(
    `UPDATE incident_delivery SET payload = NULL
     WHERE payload IS NOT NULL AND received_at < now() - make_interval(days => $1)`,
    [daysKept],
  );
};
