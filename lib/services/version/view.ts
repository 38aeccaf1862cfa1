import type { VersionView } from '../../contract/config.ts';
import type { StoredVersion } from '../../data/config/versions.ts';

export const versionView = ({
  service,
  version,
  document,
  registeredAt,
  registeredBy,
}: StoredVersion): VersionView => ({
  ...document,
  service,
  version,
  registeredAt: registeredAt.toISOString(),
  registeredBy,
});
