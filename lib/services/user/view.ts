import type { UserView } from '../../contract/access.ts';
import type { StoredUser } from '../../data/config/users.ts';

export const userView = ({ createdAt, ...user }: StoredUser): UserView => ({
  ...user,
  createdAt: createdAt.toISOString(),
});
