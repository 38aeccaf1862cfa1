/** The engine's own rows: which release is looked at by whom, and where the analysis of each stands. */
import { z } from 'zod';
import type { MetricDefinition, Verdict } from '../domain/analysis/contract.ts';
import type { AnalysisState } from '../domain/analysis/index.ts';
import { METRIC_KINDS } from '../domain/analysis/metric-kinds.ts';
import type { Queryable } from './database.ts';
import { asVerdict } from './release-record.ts';
import { type LoadedRelease, loadRelease } from './releases.ts';

/**
 * Takes due releases for this process, at most `limit`, oldest first. Rivals never get the same one while the lease
 * lasts, which is counted by the database's clock. A release whose holder died is due again when its lease ends.
 */
export const claimDueReleases = async (
  client: Queryable,
  options: { limit: number; leaseSeconds: number },
): Promise<string[]> => {
  const { rows } = await client.query(
    `UPDATE release SET due_at = NULL, lease_until = now() + make_interval(secs => $2)
     WHERE id IN (
       SELECT id FROM release
       WHERE outcome IS NULL AND (due_at <= now() + interval '1 millisecond' AND (lease_until IS NULL OR lease_until < now()) OR lease_until < now())
       ORDER BY due_at NULLS FIRST LIMIT $1 FOR UPDATE SKIP LOCKED
     ) RETURNING id`,
    [options.limit, options.leaseSeconds],
  );
  return idsOf(rows);
};

/** Gives a release back; it is due at `dueAt` (milliseconds), or sooner when something changed while it was held. */
export const yieldRelease = async (client: Queryable, id: string, dueAt: number | null): Promise<void> => {
  await client.query('UPDATE release SET lease_until = NULL, due_at = least(due_at, $2) WHERE id = $1', [
    id,
    dueAt === null ? null : new Date(dueAt),
  ]);
};

/** Makes the running releases of these targets due now; for new measurements. */
export const hastenReleases = async (client: Queryable, targetIds: readonly string[]): Promise<void> => {
  await client.query(
    `UPDATE release SET due_at = now()
     WHERE outcome IS NULL AND phase IN ('running', 'paused') AND (due_at IS NULL OR due_at > now())
       AND id IN (SELECT release_id FROM release_target WHERE target_id = ANY($1::uuid[]))`,
    [targetIds],
  );
};

/** The releases that move the traffic of any of these targets now. */
export const activeReleasesOfTargets = async (
  client: Queryable,
  targetIds: readonly string[],
): Promise<string[]> => {
  const { rows } = await client.query(
    `SELECT DISTINCT r.id FROM release_target rt JOIN release r ON r.id = rt.release_id
     WHERE rt.target_id = ANY($1::uuid[]) AND r.outcome IS NULL`,
    [targetIds],
  );
  return idsOf(rows);
};

export type ActiveRelease = { id: string; stateVersion: number; phase: string; targetIds: string[] };

/** Every release that is not finished. */
export const activeReleases = async (client: Queryable): Promise<ActiveRelease[]> => {
  const { rows } = await client.query(
    `SELECT r.id, r.state_version AS "stateVersion", r.phase,
       coalesce(array_agg(rt.target_id::text) FILTER (WHERE rt.target_id IS NOT NULL), '{}') AS "targetIds"
     FROM release r LEFT JOIN release_target rt ON rt.release_id = r.id
     WHERE r.outcome IS NULL GROUP BY r.id ORDER BY r.created_at`,
  );
  return z.array(activeSchema).parse(rows);
};

export type Judgement = {
  analysis: AnalysisState;
  verdict: Verdict;
  /** By target: end of the last interval the analysis has seen, milliseconds. */
  judgedUntil: Record<string, number>;
};

/** A release, its service's metrics, and where its analysis stands; null when there is no such release. */
export const loadJudgement = async (
  client: Queryable,
  releaseId: string,
): Promise<{ release: LoadedRelease; metrics: MetricDefinition[]; judgement: Judgement | null } | null> => {
  const release = await loadRelease(client, releaseId);
  if (!release) return null;
  const { rows } = await client.query(
    `SELECT s.metrics, ra.analysis, ra.verdict, ra.judged_until
     FROM service s LEFT JOIN release_analysis ra ON ra.release_id = $2 WHERE s.id = $1`,
    [release.service.id, releaseId],
  );
  const [row] = z.tuple([judgementSchema]).parse(rows);
  return {
    release,
    metrics: row.metrics.map((metric) => ({
      ...metric,
      direction: metric.direction ?? (metric.kind === 'rate' ? 'higher-is-better' : 'lower-is-better'),
    })),
    judgement:
      row.analysis === null
        ? null
        : {
            analysis: asAnalysisState(row.analysis),
            verdict: asVerdict(row.verdict),
            judgedUntil: row.judged_until ?? {},
          },
  };
};

/** Stores where an analysis stands. */
export const saveJudgement = async (
  client: Queryable,
  judgement: { releaseId: string } & Judgement,
): Promise<void> => {
  await client.query(
    `INSERT INTO release_analysis (release_id, analysis, verdict, judged_until) VALUES ($1, $2, $3, $4)
     ON CONFLICT (release_id) DO UPDATE SET analysis = excluded.analysis, verdict = excluded.verdict,
       judged_until = excluded.judged_until, updated_at = now()`,
    [
      judgement.releaseId,
      JSON.stringify(judgement.analysis),
      JSON.stringify(judgement.verdict),
      JSON.stringify(judgement.judgedUntil),
    ],
  );
};

const idsOf = (rows: unknown[]): string[] =>
  z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map((row) => row.id);

const activeSchema = z.object({
  id: z.string(),
  stateVersion: z.number(),
  phase: z.string(),
  targetIds: z.array(z.string()),
});

const judgementSchema = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(METRIC_KINDS),
      direction: z.enum(['lower-is-better', 'higher-is-better']).optional(),
      unit: z.string().optional(),
      bound: z.number().optional(),
    }),
  ),
  analysis: z.unknown(),
  verdict: z.unknown(),
  judged_until: z.record(z.string(), z.number()).nullable(),
});

/** Only `saveJudgement` writes this column, from an AnalysisState, which is plain JSON by contract. */
const asAnalysisState = (value: unknown): AnalysisState => {
  z.record(z.string(), z.unknown()).parse(value);
  return value as AnalysisState;
};
