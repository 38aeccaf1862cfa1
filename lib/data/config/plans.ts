/** Plans and their revisions. A revision never changes; a plan is what its newest revision says. */
import { z } from 'zod';
import type { Database, Queryable } from '../database.ts';

export type StoredPlan = {
  slug: string;
  service: string | null;
  revisionId: string;
  revision: number;
  digest: string;
  /** As its author wrote it. */
  document: unknown;
  source: string;
  createdBy: string;
  createdAt: Date;
};

/** In slug order, after `after`; or only the one of `slug`. */
export const readPlans = async (
  { prisma }: Database,
  filter: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredPlan[]> => {
  const rows = await prisma.plan.findMany({
    where: {
      ...(filter.slug === undefined ? {} : { slug: filter.slug }),
      ...(filter.after === undefined ? {} : { slug: { gt: filter.after } }),
    },
    orderBy: { slug: 'asc' },
    take: filter.limit,
    include: {
      service: { select: { slug: true } },
      revisions: { orderBy: { revision: 'desc' }, take: 1 },
    },
  });
  return rows.flatMap(({ slug, service, revisions }) =>
    revisions.map(({ id, revision, digest, document, source, createdBy, createdAt }) => ({
      slug,
      service: service?.slug ?? null,
      revisionId: id,
      revision,
      digest,
      document,
      source,
      createdBy,
      createdAt,
    })),
  );
};

/** The newest revision; null for a plan that nobody stored. */
export const newestRevision = async (
  client: Queryable,
  slug: string,
): Promise<{ revision: number; digest: string; service: string | null } | null> => {
  const { rows } = await client.query(
    `SELECT pr.revision, pr.digest, s.slug AS service FROM plan p JOIN plan_revision pr ON pr.plan_id = p.id
     LEFT JOIN service s ON s.id = p.service_id
     WHERE p.slug = $1 ORDER BY pr.revision DESC LIMIT 1`,
    [slug],
  );
  return (
    z
      .array(z.object({ revision: z.number(), digest: z.string(), service: z.string().nullable() }))
      .parse(rows)[0] ?? null
  );
};

export const insertRevision = async (
  client: Queryable,
  plan: {
    slug: string;
    serviceId: string | null;
    revision: number;
    digest: string;
    document: unknown;
    source: string;
    createdBy: string;
  },
): Promise<void> => {
  await client.query(
    `WITH plan AS (
       INSERT INTO plan (slug, service_id) VALUES ($1, $2)
       ON CONFLICT (slug) DO UPDATE SET service_id = excluded.service_id, updated_at = now() RETURNING id
     )
     INSERT INTO plan_revision (plan_id, revision, digest, document, source, created_by)
     SELECT id, $3, $4, $5, $6, $7 FROM plan`,
    [
      plan.slug,
      plan.serviceId,
      plan.revision,
      plan.digest,
      JSON.stringify(plan.document),
      plan.source,
      plan.createdBy,
    ],
  );
};

/** What a plan needs to know of the service it names; null when there is none. */
export const serviceOfPlan = async (
  client: Queryable,
  slug: string,
): Promise<{ id: string; metrics: { name: string; kind: string }[] } | null> => {
  const { rows } = await client.query('SELECT id, metrics FROM service WHERE slug = $1', [slug]);
  return z.array(serviceSchema).parse(rows)[0] ?? null;
};

const serviceSchema = z.object({
  id: z.string(),
  metrics: z.array(z.object({ name: z.string(), kind: z.string() })),
});
