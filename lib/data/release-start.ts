/** What a start names, looked up in one query each and at once, so that a refusal can name everything missing. */
import { z } from 'zod';
import type { CreatedTarget, Plan } from '../domain/release/types.ts';
import { CONNECTED } from './agent-sessions.ts';
import type { Queryable } from './database.ts';
import { type Artifact, planOf } from './release-record.ts';

export type StartFacts = {
  service: { id: string; metrics: { name: string; kind: string }[] } | null;
  environment: { id: string; approvals: number; undoSeconds: number } | null;
  version: Artifact | null;
  /** The newest revision. */
  plan: { revisionId: string; plan: Plan } | null;
  /** The version in charge; null when nobody knows. */
  baseline: Artifact | null;
  targets: CreatedTarget[];
};

/** Null for what does not exist; never throws for a name it does not know. */
export const loadStart = async (
  client: Queryable,
  names: { service: string; environment: string; version: string; plan: string },
): Promise<StartFacts> => {
  const { rows } = await client.query(FACTS, [names.service, names.environment, names.version, names.plan]);
  const [facts] = z.tuple([factsSchema]).parse(rows);
  const targets = await client.query(TARGETS, [names.service, names.environment]);
  const found = z.array(targetSchema).parse(targets.rows);
  return {
    service: facts.service,
    environment: facts.environment,
    version: facts.version,
    plan: facts.plan && {
      revisionId: facts.plan.revisionId,
      plan: planOf(facts.plan.revisionId, facts.plan.document),
    },
    baseline: found.find((target) => target.baseline !== null)?.baseline ?? null,
    targets: found.map(({ baseline: _, ...target }) => target),
  };
};

const FACTS = `SELECT
  (SELECT jsonb_build_object('id', id, 'metrics', metrics) FROM service WHERE slug = $1) AS service,
  (SELECT jsonb_build_object('id', id, 'approvals', coalesce((protection->>'approvals')::integer, 0), 'undoSeconds', undo_seconds)
   FROM environment WHERE slug = $2) AS environment,
  (SELECT jsonb_build_object('id', v.id, 'version', v.name, 'digest', v.digest)
   FROM artifact_version v JOIN service s ON s.id = v.service_id WHERE s.slug = $1 AND v.name = $3) AS version,
  (SELECT jsonb_build_object('revisionId', pr.id, 'document', pr.document)
   FROM plan_revision pr JOIN plan p ON p.id = pr.plan_id WHERE p.slug = $4 ORDER BY pr.revision DESC LIMIT 1) AS plan`;

/** Before the first release of a service, the baseline is what its agents see running. */
const TARGETS = `SELECT t.id, c.slug AS cluster, coalesce(ts.generation, 0) AS generation,
    t.workload->>'driver' IS DISTINCT FROM 'none' AS managed, coalesce(${CONNECTED}, false) AS connected,
    (SELECT jsonb_build_object('id', v.id, 'version', v.name, 'digest', v.digest) FROM artifact_version v
     WHERE v.service_id = t.service_id AND (v.id = ts.baseline_version_id OR ts.baseline_version_id IS NULL AND v.name = (
       SELECT w->>'version' FROM jsonb_array_elements(ts.workloads) AS w WHERE w->>'track' = 'baseline' LIMIT 1))
    ) AS baseline
  FROM target t
  JOIN service s ON s.id = t.service_id
  JOIN cluster c ON c.id = t.cluster_id
  JOIN environment e ON e.id = c.environment_id
  LEFT JOIN target_state ts ON ts.target_id = t.id
  LEFT JOIN agent a ON a.cluster_id = c.id AND a.revoked_at IS NULL
  LEFT JOIN agent_session se ON se.agent_id = a.id
  WHERE s.slug = $1 AND e.slug = $2 ORDER BY ts.applied_at DESC NULLS LAST, c.slug`;

const artifactSchema = z.object({ id: z.string(), version: z.string(), digest: z.string() });

const factsSchema = z.object({
  service: z
    .object({ id: z.string(), metrics: z.array(z.object({ name: z.string(), kind: z.string() })) })
    .nullable(),
  environment: z.object({ id: z.string(), approvals: z.number(), undoSeconds: z.number() }).nullable(),
  version: artifactSchema.nullable(),
  plan: z.object({ revisionId: z.string(), document: z.unknown() }).nullable(),
});

const targetSchema = z.object({
  id: z.string(),
  cluster: z.string(),
  generation: z.number(),
  connected: z.boolean(),
  managed: z.boolean(),
  baseline: artifactSchema.nullable(),
});
