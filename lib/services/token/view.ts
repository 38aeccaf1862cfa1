import type { TokenView } from '../../contract/access.ts';
import type { StoredToken } from '../../data/config/tokens.ts';

export const tokenView = ({
  createdAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
  ...token
}: StoredToken): TokenView => ({
  ...token,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
