/** Everything the page and the API say about one release, in two queries. */
import { z } from 'zod';
import { METRIC_KINDS, type MetricKind } from '../../domain/analysis/metric-kinds.ts';
import { CONNECTED } from '../agent-sessions.ts';
import { factsSchema } from '../chart/pieces.ts';
import type { Queryable } from '../database.ts';
import { RELEASE_SELECT, type ReleaseRecord, releaseRowSchema, toRelease } from '../release-record.ts';

export type SnapshotTarget = {
  id: string;
  cluster: string;
  generation: number;
  /** From the newest wish; null before the first. */
  wantedBasisPoints: number | null;
  setBasisPoints: number | null;
  seenBasisPoints: number | null;
  seenRequests: number;
  confirmed: 'yes' | 'no' | 'unknown';
  seenAt: Date | null;
  /** The newest generation the agent carried out. */
  appliedGeneration: number;
  /** The newest generation that was handed to the agent's connection. */
  sentGeneration: number;
  connected: boolean;
  /** Since when it is, or was last, connected; null for a cluster that never had an agent. */
  connectedSince: Date | null;
  problem: string | null;
  sourceProblem: string | null;
};

export type Neighbour = { id: string; version: string };

export type ReleaseSnapshot = ReleaseRecord & {
  /** Of the same service and environment, started just before and just after. */
  neighbours: { before: Neighbour | null; after: Neighbour | null };
  /** The past moment of which this is told, milliseconds; null = now. */
  asOf: number | null;
  targets: SnapshotTarget[];
  /** What the service measures, by name and kind. */
  metrics: { name: string; kind: MetricKind }[];
  /** The resolved query of each metric, from the newest sample. */
  queries: Record<string, string>;
  /** Over the last minute that was measured; null without measurements. */
  canaryRequestsPerMinute: number | null;
  /** Requests of the canary since the release began; null without measurements. */
  canaryRequests: number | null;
  /** Failed requests of the canary since the release began; null without measurements. */
  canaryErrors: number | null;
};

/** Null when there is no such release. */
export const readReleaseSnapshot = async (client: Queryable, id: string): Promise<ReleaseSnapshot | null> => {
  const { rows } = await client.query(`${RELEASE_SELECT} WHERE r.id = $1`, [id]);
  const row = z.array(releaseRowSchema).parse(rows)[0];
  if (!row) return null;
  const release = toRelease(row);
  const around = await client.query(AROUND, [
    id,
    release.createdAt,
    release.finishedAt,
    release.service.id,
    release.environment.id,
  ]);
  const [more] = z.tuple([aroundSchema]).parse(around.rows);
  return {
    ...release,
    targets: more.targets,
    neighbours: { before: more.before, after: more.after },
    asOf: null,
    metrics: more.metrics,
    queries: (more.facts ?? more).queries ?? {},
    canaryRequestsPerMinute: more.facts ? more.facts.requestsPerMinute : more.per_minute,
    canaryRequests: more.facts ? more.facts.canaryRequests : more.canary_requests,
    canaryErrors: more.facts ? more.facts.canaryErrors : more.canary_errors,
  };
};

const TARGETS = `
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', t.id, 'cluster', c.slug, 'generation', coalesce(ts.generation, 0),
    'wantedBasisPoints', (ts.desired->>'basisPoints')::integer,
    'setBasisPoints', ts.set_basis_points, 'seenBasisPoints', ts.seen_basis_points,
    'seenRequests', coalesce(ts.seen_requests, 0), 'confirmed', coalesce(ts.confirmed, 'unknown'), 'seenAt', ts.seen_at,
    'appliedGeneration', coalesce(ts.applied_generation, 0),
    'sentGeneration', CASE WHEN o.target_id IS NULL THEN coalesce(ts.generation, 0)
      WHEN o.sent_at IS NULL THEN o.generation - 1 ELSE o.generation END,
    'connected', coalesce(${CONNECTED}, false),
    'connectedSince', CASE WHEN ${CONNECTED} THEN se.connected_at ELSE coalesce(se.disconnected_at, se.last_seen_at) END,
    'problem', ts.problem, 'sourceProblem', ts.source_problem) ORDER BY c.slug), '[]')
  FROM release_target rt
  JOIN target t ON t.id = rt.target_id
  JOIN cluster c ON c.id = t.cluster_id
  LEFT JOIN target_state ts ON ts.target_id = t.id
  LEFT JOIN outbox o ON o.target_id = t.id
  LEFT JOIN agent a ON a.cluster_id = c.id AND a.revoked_at IS NULL
  LEFT JOIN agent_session se ON se.agent_id = a.id
  WHERE rt.release_id = $1`;

/** By values, not by a join with the release itself, so that the index of its service is read from its place on. */
const neighbour = (side: '<' | '>', order: 'ASC' | 'DESC'): string => `
  SELECT jsonb_build_object('id', n.release_id, 'version', v.name)
  FROM release_search n JOIN artifact_version v ON v.id = n.version_id
  WHERE n.service_id = $4 AND n.environment_id = $5 AND (n.created_at, n.release_id) ${side} ($2::timestamptz, $1::uuid)
  ORDER BY n.created_at ${order}, n.release_id ${order} LIMIT 1`;

/**
 * The canary's samples while the release ran; each target's rate over its own last minute of measurement. Where they
 * are frozen, the facts that were kept with them.
 */
const AROUND = `
  WITH canary AS MATERIALIZED (
    SELECT s.target_id, s.at, s.seconds, s.requests, s.errors, s.layout_id
    FROM sample s JOIN release_target rt ON rt.target_id = s.target_id
    WHERE rt.release_id = $1 AND s.track = 0 AND s.at > $2 AND ($3::timestamptz IS NULL OR s.at <= $3)
      AND NOT EXISTS (SELECT 1 FROM release_chart WHERE release_id = $1)
  ), newest AS (SELECT max(at) AS at FROM canary),
  rate AS (
    SELECT sum(requests) * 60 / nullif(sum(seconds::double precision), 0) AS per_minute FROM canary
    WHERE at > (SELECT at FROM newest) - interval '60 seconds' GROUP BY target_id
  )
  SELECT (${TARGETS}) AS targets,
    (SELECT l.queries FROM canary JOIN sample_layout l ON l.id = canary.layout_id ORDER BY canary.at DESC LIMIT 1) AS queries,
    (SELECT round(sum(per_minute)::numeric, 3)::double precision FROM rate) AS per_minute,
    (SELECT sum(requests)::bigint FROM canary) AS canary_requests,
    (SELECT sum(errors)::bigint FROM canary) AS canary_errors,
    (SELECT facts FROM release_chart WHERE release_id = $1) AS facts,
    (SELECT metrics FROM service WHERE id = $4) AS metrics,
    (${neighbour('<', 'DESC')}) AS before, (${neighbour('>', 'ASC')}) AS after`;

const neighbourSchema = z.object({ id: z.string(), version: z.string() });

const aroundSchema = z.object({
  targets: z.array(
    z.object({
      id: z.string(),
      cluster: z.string(),
      generation: z.number(),
      wantedBasisPoints: z.number().nullable(),
      setBasisPoints: z.number().nullable(),
      seenBasisPoints: z.number().nullable(),
      seenRequests: z.number(),
      confirmed: z.enum(['yes', 'no', 'unknown']),
      seenAt: z.coerce.date().nullable(),
      appliedGeneration: z.number(),
      sentGeneration: z.number(),
      connected: z.boolean(),
      connectedSince: z.coerce.date().nullable(),
      problem: z.string().nullable(),
      sourceProblem: z.string().nullable(),
    }),
  ),
  queries: z.record(z.string(), z.string()).nullable(),
  per_minute: z.number().nullable(),
  canary_requests: z.number().nullable(),
  canary_errors: z.number().nullable(),
  facts: factsSchema.nullable(),
  metrics: z.array(z.object({ name: z.string(), kind: z.enum(METRIC_KINDS) })),
  before: neighbourSchema.nullable(),
  after: neighbourSchema.nullable(),
});
