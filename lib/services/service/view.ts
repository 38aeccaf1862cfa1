import type { ServiceView } from '../../contract/config.ts';
import type { StoredService } from '../../data/config/services.ts';

export const serviceView = (service: StoredService): ServiceView => ({
  ...service.document,
  slug: service.slug,
  versions: service.versions,
  targets: service.targets,
  updatedAt: service.updatedAt.toISOString(),
});
