import { z } from 'zod';
import type { Queryable } from '../database.ts';

/** An incident as it is written; times are RFC 3339 in UTC, so that two documents can be compared as text. */
export type IncidentDocument = {
  title: string | null;
  url: string | null;
  services: string[];
  severity: number;
  startedAt: string;
  detectedAt: string | null;
  resolvedAt: string | null;
  causedBy: string[];
  cause: string | null;
  duplicateOf: string | null;
  drill: boolean;
};

const decisionSchema = z.object({
  decision: z.enum(['confirm', 'change', 'reject']),
  deployment: z.string(),
  instead: z.string().nullable(),
  by: z.string(),
  reason: z.string(),
  at: z.coerce.date(),
});

const storedSchema = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string().nullable(),
  url: z.string().nullable(),
  services: z.array(z.string()),
  severity: z.number(),
  started_at: z.date(),
  detected_at: z.date().nullable(),
  resolved_at: z.date().nullable(),
  caused_by: z.array(z.string()),
  cause: z.string().nullable(),
  duplicate_of: z.string().nullable(),
  drill: z.boolean(),
  said_at: z.date().nullable(),
  edited_fields: z.array(z.string()),
  updated_at: z.date(),
  computed: z.boolean(),
  deployments: z.array(z.string()).nullable(),
  skipped: z.string().nullable(),
  decisions: z.array(decisionSchema),
});
export type StoredIncident = z.infer<typeof storedSchema>;

const SELECT = `SELECT i.id, i.source, i.title, i.url, i.services, i.severity, i.started_at, i.detected_at, i.resolved_at,
    i.caused_by, i.cause, i.duplicate_of, i.drill, i.said_at, i.edited_fields, i.updated_at,
    d.incident_id IS NOT NULL AS computed, d.deployments, d.skipped,
    (SELECT coalesce(json_agg(json_build_object('decision', l.decision, 'deployment', l.deployment_id,
       'instead', l.instead_id, 'by', coalesce(l.decided_by->>'name', ''), 'reason', l.reason, 'at', l.decided_at)
       ORDER BY l.sequence), '[]') FROM incident_link_decision l WHERE l.incident_id = i.id) AS decisions
  FROM incident i LEFT JOIN dora_incident d ON d.incident_id = i.id`;

export const readIncident = async (db: Queryable, id: string): Promise<StoredIncident | null> => {
  const { rows } = await db.query(`${SELECT} WHERE i.id = $1`, [id]);
  return z.array(storedSchema).parse(rows)[0] ?? null;
};

export type IncidentPlace = { startedAt: Date; id: string };
export type IncidentFilter = { service?: string | undefined; state?: 'open' | 'resolved' | undefined };

/** Newest first. */
export const readIncidents = async (
  db: Queryable,
  filter: IncidentFilter & { after: IncidentPlace | null; limit: number },
): Promise<StoredIncident[]> => {
  const { rows } = await db.query(
    `${SELECT}
     WHERE ($1::text IS NULL OR i.services @> ARRAY[$1])
       AND ($2::boolean IS NULL OR (i.resolved_at IS NULL) = $2)
       AND ($3::timestamptz IS NULL OR (i.started_at, i.id) < ($3, $4))
     ORDER BY i.started_at DESC, i.id DESC LIMIT $5`,
    [
      filter.service ?? null,
      filter.state === undefined ? null : filter.state === 'open',
      filter.after?.startedAt ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  );
  return z.array(storedSchema).parse(rows);
};

export const documentOf = (stored: StoredIncident): IncidentDocument => ({
  title: stored.title,
  url: stored.url,
  services: stored.services,
  severity: stored.severity,
  startedAt: stored.started_at.toISOString(),
  detectedAt: stored.detected_at?.toISOString() ?? null,
  resolvedAt: stored.resolved_at?.toISOString() ?? null,
  causedBy: stored.caused_by,
  cause: stored.cause,
  duplicateOf: stored.duplicate_of,
  drill: stored.drill,
});

export type IncidentOrigin = {
  source: string;
  externalKey: string | null;
  /** When the source said so; null for people and programs, whose word counts when it comes. */
  saidAt: Date | null;
  /** What people and programs have set so far, this time included; sources leave it alone. */
  editedFields: readonly string[];
};

/** Creates the incident or gives it this document. */
export const storeIncident = async (
  db: Queryable,
  id: string,
  document: IncidentDocument,
  origin: IncidentOrigin,
): Promise<void> => {
  await db.query(
    `INSERT INTO incident (id, source, external_key, title, url, services, severity, started_at, detected_at,
       resolved_at, caused_by, cause, duplicate_of, drill, said_at, edited_fields)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (id) DO UPDATE SET title = $4, url = $5, services = $6, severity = $7, started_at = $8,
       detected_at = $9, resolved_at = $10, caused_by = $11, cause = $12, duplicate_of = $13, drill = $14,
       said_at = coalesce($15, incident.said_at), edited_fields = $16, updated_at = now()`,
    [
      id,
      origin.source,
      origin.externalKey,
      document.title,
      document.url,
      document.services,
      document.severity,
      document.startedAt,
      document.detectedAt,
      document.resolvedAt,
      document.causedBy,
      document.cause,
      document.duplicateOf,
      document.drill,
      origin.saidAt,
      origin.editedFields,
    ],
  );
};

/** Every slug that an incident may name: declared services, and those that only history knows. */
export const knownServices = async (db: Queryable): Promise<Set<string>> => {
  const { rows } = await db.query(
    `SELECT slug FROM service UNION SELECT service FROM imported_deployment UNION SELECT service FROM dora_service`,
  );
  return new Set(
    z
      .array(z.object({ slug: z.string() }))
      .parse(rows)
      .map(({ slug }) => slug),
  );
};

export type LinkDecisionRow = {
  incidentId: string;
  decision: 'confirm' | 'change' | 'reject';
  deployment: string;
  instead: string | null;
  by: { kind: string; id: string; name: string };
  reason: string;
};

export const insertLinkDecision = async (db: Queryable, row: LinkDecisionRow): Promise<void> => {
  await db.query(
    `INSERT INTO incident_link_decision (incident_id, decision, deployment_id, instead_id, decided_by, reason)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [row.incidentId, row.decision, row.deployment, row.instead, JSON.stringify(row.by), row.reason],
  );
};

/** Which of these ids no deployment has, neither as its own, its group's or its member's. */
export const unknownDeployments = async (db: Queryable, ids: readonly string[]): Promise<string[]> => {
  const { rows } = await db.query(
    `SELECT asked.id FROM unnest($1::text[]) AS asked (id)
     WHERE NOT EXISTS (SELECT 1 FROM imported_deployment d WHERE d.id = asked.id OR d.group_id = asked.id)
       AND NOT EXISTS (SELECT 1 FROM dora_deployment f WHERE f.id = asked.id OR asked.id = ANY (f.members))
       AND NOT EXISTS (SELECT 1 FROM release r WHERE r.id::text = asked.id)`,
    [ids],
  );
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
};
