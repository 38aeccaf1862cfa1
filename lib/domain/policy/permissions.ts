/** Who may do what: one table for people's roles and tokens' scopes, read by every verb and every button. */
import type { Actor, Role } from '../release/types.ts';

export const PERMISSIONS = [
  'release:read',
  'release:act',
  'release:approve',
  'config:read',
  'config:write',
  'agent:enrol',
  'token:manage',
  'user:manage',
  'ledger:read',
  'review:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READ: readonly Permission[] = ['release:read', 'config:read', 'ledger:read'];

/** Each role holds what the one before it holds. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  viewer: READ,
  operator: [...READ, 'release:act', 'config:write', 'review:write'],
  approver: [...READ, 'release:act', 'config:write', 'review:write', 'release:approve'],
  administrator: PERMISSIONS,
};

export const SCOPE_PERMISSIONS: Record<string, readonly Permission[]> = {
  'release:read': READ,
  'release:write': [...READ, 'release:act'],
  'release:approve': [...READ, 'release:approve'],
  'config:write': [...READ, 'config:write', 'agent:enrol'],
  'review:write': [...READ, 'review:write'],
  admin: PERMISSIONS,
};

/** True when `actor` holds `permission`. The engine acts by gates and verdicts, never through this door; an agent holds none. */
export const may = (actor: Actor, permission: Permission): boolean => {
  if (actor.kind === 'person') return ROLE_PERMISSIONS[actor.role].includes(permission);
  if (actor.kind === 'token')
    return actor.scopes.some((scope) => SCOPE_PERMISSIONS[scope]?.includes(permission) ?? false);
  return false;
};
