/** API tokens; only the hash of the secret is kept. */
import { z } from 'zod';
import type { Database, Queryable } from '../database.ts';

export type StoredToken = {
  id: string;
  name: string;
  scopes: string[];
  service: string | null;
  environment: string | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** The newest first, after the token with id `after`; or only the one with `id`. */
export const readTokens = async (
  { prisma }: Database,
  filter: { id?: string; after?: string | undefined; limit: number },
): Promise<StoredToken[]> => {
  const rows = await prisma.apiToken.findMany({
    omit: { hash: true, serviceId: true, environmentId: true },
    include: { service: { select: { slug: true } }, environment: { select: { slug: true } } },
    ...(filter.id === undefined ? {} : { where: { id: filter.id } }),
    ...(filter.after === undefined ? {} : { cursor: { id: filter.after }, skip: 1 }),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: filter.limit,
  });
  return rows.map(({ service, environment, ...token }) => ({
    ...token,
    service: service?.slug ?? null,
    environment: environment?.slug ?? null,
  }));
};

export const insertToken = async (
  client: Queryable,
  token: {
    name: string;
    hash: string;
    scopes: readonly string[];
    createdBy: string;
    /** The person behind it, also where one token made another. */
    creatorId: string;
    expiresInDays: number | null;
    service: string | null;
    environment: string | null;
  },
): Promise<{ id: string; expiresAt: Date | null }> => {
  const { rows } = await client.query(
    `INSERT INTO api_token (name, hash, scopes, created_by, expires_at, service_id, environment_id, creator_id)
     VALUES ($1, $2, $3, $4, now() + make_interval(days => $5), (SELECT id FROM service WHERE slug = $6),
       (SELECT id FROM environment WHERE slug = $7), $8)
     RETURNING id, expires_at AS "expiresAt"`,
    [
      token.name,
      token.hash,
      token.scopes,
      token.createdBy,
      token.expiresInDays,
      token.service,
      token.environment,
      token.creatorId,
    ],
  );
  return z.tuple([z.object({ id: z.string(), expiresAt: z.date().nullable() })]).parse(rows)[0];
};

/** False when there is no such token or it was revoked before. */
export const revokeToken = async (client: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    'UPDATE api_token SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [id],
  );
  return rowCount === 1;
};
