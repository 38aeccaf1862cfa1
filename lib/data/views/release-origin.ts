import { z } from 'zod';
import type { Queryable } from '../database.ts';

/** What a release was made from beyond its names. */
export type ReleaseOrigin = { commit: string | null; configVersion: string | null; planDocument: unknown };

/** Throws when there is no such release. */
export const readReleaseOrigin = async (client: Queryable, id: string): Promise<ReleaseOrigin> => {
  const { rows } = await client.query(
    `SELECT v.commit, v.config_version AS "configVersion", pr.document AS "planDocument"
     FROM release r JOIN artifact_version v ON v.id = r.version_id JOIN plan_revision pr ON pr.id = r.plan_revision_id
     WHERE r.id = $1`,
    [id],
  );
  const [origin] = z.tuple([originSchema]).parse(rows);
  return origin;
};

const originSchema = z.object({
  commit: z.string().nullable(),
  configVersion: z.string().nullable(),
  planDocument: z.unknown(),
});
