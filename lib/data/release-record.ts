/** How a row of `release` and its neighbours becomes the value everybody works with. */
import { z } from 'zod';
import type { Verdict } from '../domain/analysis/contract.ts';
import { parsePlan } from '../domain/release/plan.ts';
import type { Plan, ReleaseState } from '../domain/release/types.ts';

export type Artifact = { id: string; version: string; digest: string };

export type ReleaseRecord = {
  id: string;
  service: { id: string; slug: string; name: string };
  environment: { id: string; slug: string; name: string };
  version: Artifact;
  baseline: Artifact | null;
  planRevision: { id: string; name: string; revision: number; digest: string };
  plan: Plan;
  retryOf: string | null;
  reason: string | null;
  /** The name of the person or token. */
  startedBy: string;
  state: ReleaseState;
  stateVersion: number;
  dueAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
  /** The analysis' newest answer; null before the first. */
  verdict: Verdict | null;
};

/** Columns and joins for `toRelease`; the release is `r`, for the WHERE clause to follow. */
export const RELEASE_SELECT = `
  SELECT r.id, r.retry_of, r.reason, r.started_by, r.state, r.state_version, r.due_at, r.created_at, r.finished_at,
    s.id AS service_id, s.slug AS service_slug, s.name AS service_name,
    e.id AS environment_id, e.slug AS environment_slug, e.name AS environment_name,
    v.id AS version_id, v.name AS version_name, v.digest AS version_digest,
    b.id AS baseline_id, b.name AS baseline_name, b.digest AS baseline_digest,
    p.slug AS plan_name, pr.id AS plan_revision_id, pr.revision AS plan_revision, pr.digest AS plan_digest,
    pr.document AS plan_document, ra.verdict
  FROM release r
  JOIN service s ON s.id = r.service_id
  JOIN environment e ON e.id = r.environment_id
  JOIN artifact_version v ON v.id = r.version_id
  JOIN plan_revision pr ON pr.id = r.plan_revision_id
  JOIN plan p ON p.id = pr.plan_id
  LEFT JOIN artifact_version b ON b.id = r.baseline_version_id
  LEFT JOIN release_analysis ra ON ra.release_id = r.id`;

export const releaseRowSchema = z.object({
  id: z.string(),
  retry_of: z.string().nullable(),
  reason: z.string().nullable(),
  started_by: z.object({ name: z.string() }),
  state: z.unknown(),
  state_version: z.number(),
  due_at: z.date().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
  service_id: z.string(),
  service_slug: z.string(),
  service_name: z.string(),
  environment_id: z.string(),
  environment_slug: z.string(),
  environment_name: z.string(),
  version_id: z.string(),
  version_name: z.string(),
  version_digest: z.string(),
  baseline_id: z.string().nullable(),
  baseline_name: z.string().nullable(),
  baseline_digest: z.string().nullable(),
  plan_name: z.string(),
  plan_revision_id: z.string(),
  plan_revision: z.number(),
  plan_digest: z.string(),
  plan_document: z.unknown(),
  verdict: z.unknown(),
});

export const toRelease = (row: z.infer<typeof releaseRowSchema>): ReleaseRecord => ({
  id: row.id,
  service: { id: row.service_id, slug: row.service_slug, name: row.service_name },
  environment: { id: row.environment_id, slug: row.environment_slug, name: row.environment_name },
  version: { id: row.version_id, version: row.version_name, digest: row.version_digest },
  baseline:
    row.baseline_id !== null && row.baseline_name !== null && row.baseline_digest !== null
      ? { id: row.baseline_id, version: row.baseline_name, digest: row.baseline_digest }
      : null,
  planRevision: {
    id: row.plan_revision_id,
    name: row.plan_name,
    revision: row.plan_revision,
    digest: row.plan_digest,
  },
  plan: planOf(row.plan_revision_id, row.plan_document),
  retryOf: row.retry_of,
  reason: row.reason,
  startedBy: row.started_by.name,
  state: asReleaseState(row.state),
  stateVersion: row.state_version,
  dueAt: row.due_at,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  verdict: row.verdict === null || row.verdict === undefined ? null : asVerdict(row.verdict),
});

const PLANS_MAX = 500;
const plans = new Map<string, Plan>();

/** A stored plan document as a plan. A revision never changes, so that it is parsed once. Throws when it does not parse. */
export const planOf = (revisionId: string, document: unknown): Plan => {
  const known = plans.get(revisionId);
  if (known) return known;
  const parsed = parsePlan(document);
  if (!parsed.plan)
    throw new Error(
      `plan revision ${revisionId} does not parse: ${parsed.errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
  if (plans.size >= PLANS_MAX) plans.clear();
  plans.set(revisionId, parsed.plan);
  return parsed.plan;
};

const stateShape = z.looseObject({
  phase: z.enum(['pending', 'running', 'paused', 'rolling-back', 'finished']),
  outcome: z.enum(['released', 'rolled-back', 'cancelled']).nullable(),
  stageIndex: z.number().int(),
  targets: z.array(z.looseObject({ id: z.string(), generation: z.number(), wantedBasisPoints: z.number() })),
});

/** Only `recordTransition` and `insertRelease` write this column, from a ReleaseState; the check catches a foreign writer. */
export const asReleaseState = (value: unknown): ReleaseState => {
  stateShape.parse(value);
  return value as ReleaseState;
};

/** Only `saveJudgement` writes this column, from a Verdict. */
export const asVerdict = (value: unknown): Verdict => {
  z.looseObject({ decision: z.enum(['advance', 'hold', 'rollback']), metrics: z.array(z.unknown()) }).parse(
    value,
  );
  return value as Verdict;
};
