/** Roles for one service or one environment, of a person or of a group of the identity provider. */
import { z } from 'zod';
import type { Grant } from '../../domain/policy/grants.ts';
import type { Queryable } from '../database.ts';

export type StoredGrant = Grant & {
  id: string;
  user: { id: string; email: string; name: string } | null;
  group: string | null;
  createdBy: string;
  createdAt: Date;
};

/** Newest first, after the grant with this id; or only the one of `id`. */
export const readGrants = async (
  client: Queryable,
  filter: { id?: string; after?: string | undefined; limit: number },
): Promise<StoredGrant[]> => {
  const { rows } = await client.query(
    `SELECT g.id, g.role, g.group_name AS "group", s.slug AS service, e.slug AS environment,
       g.created_by AS "createdBy", g.created_at AS "createdAt",
       CASE WHEN u.id IS NULL THEN NULL ELSE jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) END AS "user"
     FROM role_grant g LEFT JOIN "user" u ON u.id = g.user_id
     LEFT JOIN service s ON s.id = g.service_id LEFT JOIN environment e ON e.id = g.environment_id
     WHERE ($1::uuid IS NULL OR g.id = $1)
       AND ($2::uuid IS NULL OR (g.created_at, g.id) < (SELECT created_at, id FROM role_grant WHERE id = $2))
     ORDER BY g.created_at DESC, g.id DESC LIMIT $3`,
    [filter.id ?? null, filter.after ?? null, filter.limit],
  );
  return z.array(grantSchema).parse(rows);
};

export type NewGrant = {
  email: string | null;
  group: string | null;
  role: Grant['role'];
  service: string | null;
  environment: string | null;
  createdBy: string;
};

/** What of the names exists; a name that was not given counts as found. */
export const findGranted = async (
  client: Queryable,
  { email, service, environment }: Pick<NewGrant, 'email' | 'service' | 'environment'>,
): Promise<{ user: boolean; service: boolean; environment: boolean }> => {
  const { rows } = await client.query(
    `SELECT $1::text IS NULL OR EXISTS (SELECT 1 FROM "user" WHERE email = $1) AS "user",
       $2::text IS NULL OR EXISTS (SELECT 1 FROM service WHERE slug = $2) AS service,
       $3::text IS NULL OR EXISTS (SELECT 1 FROM environment WHERE slug = $3) AS environment`,
    [email, service, environment],
  );
  return z
    .tuple([z.object({ user: z.boolean(), service: z.boolean(), environment: z.boolean() })])
    .parse(rows)[0];
};

/** The id of the new grant, or of the one that says the same already. Call under a lock of grants. */
export const insertGrant = async (
  client: Queryable,
  grant: NewGrant,
): Promise<{ id: string; created: boolean }> => {
  const values = [grant.email, grant.group, grant.role, grant.service, grant.environment];
  const same = await client.query(
    `SELECT g.id FROM role_grant g LEFT JOIN "user" u ON u.id = g.user_id
     LEFT JOIN service s ON s.id = g.service_id LEFT JOIN environment e ON e.id = g.environment_id
     WHERE u.email IS NOT DISTINCT FROM $1 AND g.group_name IS NOT DISTINCT FROM $2 AND g.role = $3
       AND s.slug IS NOT DISTINCT FROM $4 AND e.slug IS NOT DISTINCT FROM $5`,
    values,
  );
  const known = z.array(idSchema).parse(same.rows)[0];
  if (known) return { id: known.id, created: false };
  const { rows } = await client.query(
    `INSERT INTO role_grant (user_id, group_name, role, service_id, environment_id, created_by)
     VALUES ((SELECT id FROM "user" WHERE email = $1), $2, $3, (SELECT id FROM service WHERE slug = $4),
       (SELECT id FROM environment WHERE slug = $5), $6) RETURNING id`,
    [...values, grant.createdBy],
  );
  return { id: z.tuple([idSchema]).parse(rows)[0].id, created: true };
};

/** Takes a grant away; false when there was none. */
export const deleteGrant = async (client: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await client.query('DELETE FROM role_grant WHERE id = $1', [id]);
  return rowCount === 1;
};

const idSchema = z.object({ id: z.string() });
const grantSchema = z.object({
  id: z.string(),
  role: z.enum(['viewer', 'operator', 'approver', 'administrator']),
  group: z.string().nullable(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.date(),
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
});
