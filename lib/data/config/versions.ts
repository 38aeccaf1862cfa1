/** Registered versions; a row never changes. */
import type { Database, Queryable } from '../database.ts';

export type VersionDocument = {
  digest: string;
  commit?: string | undefined;
  configVersion?: string | undefined;
  /** RFC 3339 in UTC, to the millisecond. */
  builtAt?: string | undefined;
  schema?: { oldest: number; newest: number } | undefined;
};
export type StoredVersion = {
  id: string;
  service: string;
  version: string;
  document: VersionDocument;
  registeredAt: Date;
  registeredBy: string;
};

/** Newest first, after the one with id `after`; or only the one of this name. */
export const readVersions = async (
  { prisma }: Database,
  filter: { service: string; version?: string; after?: string | undefined; limit: number },
): Promise<StoredVersion[]> => {
  const rows = await prisma.artifactVersion.findMany({
    where: {
      service: { slug: filter.service },
      ...(filter.version === undefined ? {} : { name: filter.version }),
    },
    ...(filter.after === undefined ? {} : { cursor: { id: filter.after }, skip: 1 }),
    orderBy: [{ registeredAt: 'desc' }, { id: 'desc' }],
    take: filter.limit,
  });
  return rows.map((row) => ({
    id: row.id,
    service: filter.service,
    version: row.name,
    document: {
      digest: row.digest,
      ...(row.commit === null ? {} : { commit: row.commit }),
      ...(row.configVersion === null ? {} : { configVersion: row.configVersion }),
      ...(row.builtAt === null ? {} : { builtAt: row.builtAt.toISOString() }),
      ...(row.schemaOldest === null || row.schemaNewest === null
        ? {}
        : { schema: { oldest: row.schemaOldest, newest: row.schemaNewest } }),
    },
    registeredAt: row.registeredAt,
    registeredBy: row.registeredBy,
  }));
};

/** True when it is new; false, and nothing stored, when the service has a version of this name. */
export const insertVersion = async (
  client: Queryable,
  version: { serviceId: string; version: string; document: VersionDocument; registeredBy: string },
): Promise<boolean> => {
  const { digest, commit, configVersion, builtAt, schema } = version.document;
  const { rowCount } = await client.query(
    `INSERT INTO artifact_version (service_id, name, digest, "commit", config_version, built_at, schema_oldest, schema_newest, registered_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (service_id, name) DO NOTHING`,
    [
      version.serviceId,
      version.version,
      digest,
      commit ?? null,
      configVersion ?? null,
      builtAt ?? null,
      schema?.oldest ?? null,
      schema?.newest ?? null,
      version.registeredBy,
    ],
  );
  return rowCount === 1;
};
