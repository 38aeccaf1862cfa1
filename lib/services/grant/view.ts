import type { GrantView } from '../../contract/access.ts';
import type { StoredGrant } from '../../data/config/role-grants.ts';

export const grantView = ({ createdAt, ...grant }: StoredGrant): GrantView => ({
  ...grant,
  createdAt: createdAt.toISOString(),
});
