import type { EnvironmentView } from '../../contract/config.ts';
import type { StoredEnvironment } from '../../data/config/environments.ts';

export const environmentView = (environment: StoredEnvironment): EnvironmentView => ({
  ...environment.document,
  slug: environment.slug,
  clusters: environment.clusters,
  schema: environment.schema && {
    ...environment.schema,
    reportedAt: environment.schema.reportedAt.toISOString(),
  },
  updatedAt: environment.updatedAt.toISOString(),
});
