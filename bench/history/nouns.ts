/** The services, places, plans and people of a made-up history; every name says that it is one. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Queryable } from '../../lib/data/database.ts';
import { planOf } from '../../lib/data/release-record.ts';
import type { MetricDefinition } from '../../lib/domain/analysis/contract.ts';
import type { Actor, Plan } from '../../lib/domain/release/types.ts';

export const METRICS: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better', unit: 'seconds' },
];

const AREAS = [
  'basket',
  'billing',
  'catalog',
  'checkout',
  'search',
  'login',
  'orders',
  'stock',
  'prices',
  'mail',
];
const KINDS = ['api', 'web', 'worker', 'gateway'];
const ENVIRONMENTS = [
  { slug: 'seed-staging', name: 'Staging (seed)', tier: 'staging', rank: 20, clusters: ['seed-staging-1'] },
  {
    slug: 'seed-eu',
    name: 'Production EU (seed)',
    tier: 'production',
    rank: 30,
    clusters: ['seed-eu-1', 'seed-eu-2'],
  },
  {
    slug: 'seed-us',
    name: 'Production US (seed)',
    tier: 'production',
    rank: 31,
    clusters: ['seed-us-1', 'seed-us-2'],
  },
];
const NAMES = [
  'Ada',
  'Bo',
  'Cleo',
  'Dan',
  'Eva',
  'Finn',
  'Gita',
  'Hugo',
  'Ines',
  'Jon',
  'Kim',
  'Lea',
  'Mats',
  'Nora',
  'Omar',
  'Pia',
  'Rui',
  'Sol',
  'Tom',
  'Uma',
  'Vera',
  'Wim',
  'Yara',
  'Zoe',
];

export const PEOPLE: Actor[] = NAMES.map((name, index) => ({
  kind: 'person',
  id: `seed-${index}`,
  name: `${name} (seed)`,
  role: 'approver',
}));

export type SeedTarget = { id: string; cluster: string };
export type Place = { serviceId: string; service: string; environmentId: string; targets: SeedTarget[] };
export type SeedPlan = { revisionId: string; plan: Plan };
export type Nouns = { places: Place[]; plans: SeedPlan[] };

const stages = (first: number, second: number, gate: string) => [
  { name: 'first', share: first, gate: 'evidence', bake: { min: '60s' } },
  { name: 'more', share: second, gate, bake: { min: '120s' } },
  { name: 'all', share: 100, watch: '2m' },
];
const PLANS = [
  {
    slug: 'seed-careful',
    revisions: [stages(1, 25, 'manual'), stages(5, 25, 'manual'), stages(5, 50, 'evidence')],
  },
  { slug: 'seed-quick', revisions: [stages(10, 50, 'evidence'), stages(20, 50, 'evidence')] },
  { slug: 'seed-approved', revisions: [stages(5, 50, 'approval')] },
];

/** Makes what is missing; what is there stays. */
export const ensureNouns = async (client: Queryable): Promise<Nouns> => {
  const services = AREAS.flatMap((area) =>
    KINDS.map((kind) => ({ slug: `seed-${area}-${kind}`, name: `${area} ${kind} (seed)` })),
  );
  await client.query(
    `INSERT INTO service (slug, name, owners, metrics) SELECT s.slug, s.name, '{seed}', $2
     FROM jsonb_to_recordset($1) AS s (slug text, name text) ON CONFLICT (slug) DO NOTHING`,
    [JSON.stringify(services), JSON.stringify(METRICS)],
  );
  for (const { clusters, ...environment } of ENVIRONMENTS) {
    await client.query(
      `INSERT INTO environment (slug, name, tier, rank) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO NOTHING`,
      [environment.slug, environment.name, environment.tier, environment.rank],
    );
    await client.query(
      `INSERT INTO cluster (slug, name, environment_id) SELECT c, c, e.id FROM unnest($1::text[]) AS c, environment e
       WHERE e.slug = $2 ON CONFLICT (slug) DO NOTHING`,
      [clusters, environment.slug],
    );
  }
  await client.query(
    `INSERT INTO target (service_id, cluster_id, router, source, workload)
     SELECT s.id, c.id, '{"driver":"embedded"}', '{"driver":"scrape"}', '{"driver":"none"}'
     FROM service s, cluster c WHERE s.slug LIKE 'seed-%' AND c.slug LIKE 'seed-%'
     ON CONFLICT (service_id, cluster_id) DO NOTHING`,
  );
  return { places: await readPlaces(client), plans: await ensurePlans(client) };
};

const ensurePlans = async (client: Queryable): Promise<SeedPlan[]> => {
  const plans: SeedPlan[] = [];
  for (const { slug, revisions } of PLANS) {
    await client.query('INSERT INTO plan (slug) VALUES ($1) ON CONFLICT (slug) DO NOTHING', [slug]);
    for (const [index, stageList] of revisions.entries()) {
      const document = {
        apiVersion: 'slipway/v1',
        kind: 'Plan',
        metadata: { name: slug },
        spec: { strategy: 'canary', stages: stageList },
      };
      const source = JSON.stringify(document, null, 2);
      const { rows } = await client.query(
        `INSERT INTO plan_revision (plan_id, revision, digest, document, source, created_by)
         SELECT id, $2, $3, $4, $5, 'seed' FROM plan WHERE slug = $1
         ON CONFLICT (plan_id, revision) DO UPDATE SET revision = excluded.revision RETURNING id`,
        [slug, index + 1, `sha256:${createHash('sha256').update(source).digest('hex')}`, source, source],
      );
      const [{ id }] = z.tuple([z.object({ id: z.string() })]).parse(rows);
      plans.push({ revisionId: id, plan: planOf(id, document) });
    }
  }
  return plans;
};

const placeSchema = z.object({
  serviceId: z.string(),
  service: z.string(),
  environmentId: z.string(),
  targets: z.array(z.object({ id: z.string(), cluster: z.string() })),
});

const readPlaces = async (client: Queryable): Promise<Place[]> => {
  const { rows } = await client.query(
    `SELECT s.id AS "serviceId", s.slug AS service, c.environment_id AS "environmentId",
       jsonb_agg(jsonb_build_object('id', t.id, 'cluster', c.slug) ORDER BY c.slug) AS targets
     FROM target t JOIN service s ON s.id = t.service_id JOIN cluster c ON c.id = t.cluster_id
     WHERE s.slug LIKE 'seed-%' GROUP BY s.id, s.slug, c.environment_id ORDER BY s.slug, c.environment_id`,
  );
  return z.array(placeSchema).parse(rows);
};
