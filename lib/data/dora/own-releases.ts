/** Slipway's own releases, read as deployments. */
import { z } from 'zod';
import { groupDeployments } from '../../domain/dora/group.ts';
import { groupBy } from '../../domain/dora/group-by.ts';
import { inferKinds } from '../../domain/dora/kinds.ts';
import type { DeploymentRow, DeploymentStatus } from '../../domain/dora/types.ts';
import type { Plan } from '../../domain/release/types.ts';
import type { Queryable } from '../database.ts';
import { planOf } from '../release-record.ts';

const rowSchema = z.object({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  tier: z.string(),
  commit: z.string().nullable(),
  version: z.string(),
  plan_revision_id: z.string(),
  started_at: z.number(),
  finished_at: z.number().nullable(),
  outcome: z.enum(['released', 'rolled-back', 'cancelled']).nullable(),
  stage_index: z.number(),
  targets: z.number(),
  targets_waiting: z.number(),
});
type Row = z.infer<typeof rowSchema>;

const SELECT = `SELECT r.id::text AS id, s.slug AS service, e.slug AS environment, e.tier, v.commit, v.name AS version,
    r.plan_revision_id::text AS plan_revision_id,
    coalesce((r.state->'passed'->0->>'startedAt')::float8, (r.state->>'stageStartedAt')::float8,
      (extract(epoch FROM r.created_at) * 1000)::float8) AS started_at,
    (extract(epoch FROM r.finished_at) * 1000)::float8 AS finished_at, r.outcome,
    (r.state->>'stageIndex')::integer AS stage_index,
    jsonb_array_length(r.state->'targets') AS targets,
    jsonb_array_length(jsonb_path_query_array(r.state, '$.targets[*] ? (@.waiting == true)')) AS targets_waiting
  FROM release r JOIN service s ON s.id = r.service_id JOIN environment e ON e.id = r.environment_id
    JOIN artifact_version v ON v.id = r.version_id
  WHERE $1::text[] IS NULL OR s.slug = ANY ($1)`;

/**
 * Each release of these services (null = all) as one deployment, whose group is the release itself and whose targets
 * are the clusters: released is a success, rolled back is aborted, cancelled is canceled.
 */
export const readOwnDeployments = async (
  client: Queryable,
  services: readonly string[] | null,
): Promise<DeploymentRow[]> => {
  const { rows } = await client.query(SELECT, [services]);
  const releases = z.array(rowSchema).parse(rows);
  const plans = await readPlans(client, new Set(releases.map((row) => row.plan_revision_id)));
  return withKinds(releases.map((row) => toDeployment(row, plans.get(row.plan_revision_id))));
};

const readPlans = async (client: Queryable, ids: ReadonlySet<string>): Promise<Map<string, Plan>> => {
  if (ids.size === 0) return new Map();
  const { rows } = await client.query(
    'SELECT id::text AS id, document FROM plan_revision WHERE id = ANY ($1::uuid[])',
    [[...ids]],
  );
  const revisions = z.array(z.object({ id: z.string(), document: z.unknown() })).parse(rows);
  return new Map(revisions.map(({ id, document }) => [id, planOf(id, document)]));
};

const STATUS: Record<NonNullable<Row['outcome']>, DeploymentStatus> = {
  released: 'success',
  'rolled-back': 'aborted',
  cancelled: 'canceled',
};

const toDeployment = (row: Row, plan: Plan | undefined): DeploymentRow => ({
  id: row.id,
  service: row.service,
  environment: row.environment,
  tier: row.tier,
  groupId: row.id,
  commitSha: row.commit,
  version: row.version,
  kind: null,
  startedAt: row.started_at,
  finishedAt: row.outcome === null ? null : row.finished_at,
  status: row.outcome === null ? 'in_progress' : STATUS[row.outcome],
  maxExposure: exposureOf(row, plan),
  rollbackOf: null,
  remediates: null,
  unplanned: null,
  drill: false,
});

/** The largest share of any stage that was asked for, of the clusters that were asked. */
const exposureOf = (row: Row, plan: Plan | undefined): number => {
  if (row.outcome === 'released') return 100;
  const stages = plan?.stages.slice(0, row.stage_index + 1) ?? [];
  const share = stages.reduce((most, stage) => Math.max(most, stage.shareBasisPoints), 0) / 100;
  return row.targets === 0 ? 0 : (share * (row.targets - row.targets_waiting)) / row.targets;
};

/** A release without a commit goes back when its version does: versions are as good as commits for that. */
const withKinds = (rows: readonly DeploymentRow[]): DeploymentRow[] => {
  const named = rows.map((row) => ({ ...row, commitSha: row.commitSha ?? `version ${row.version}` }));
  const units = groupBy(groupDeployments(named), ({ service }) => service);
  const backTo = new Map<string, string>();
  for (const own of units.values())
    for (const [rollback, change] of inferKinds(own).inferredRollbackOf) backTo.set(rollback.id, change.id);
  return rows.map((row) => {
    const rollbackOf = row.commitSha === null ? (backTo.get(row.id) ?? null) : null;
    return rollbackOf === null ? row : { ...row, kind: 'rollback', rollbackOf };
  });
};
