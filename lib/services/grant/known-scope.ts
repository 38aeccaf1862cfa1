import { findGranted, type NewGrant } from '../../data/config/role-grants.ts';
import type { Queryable } from '../../data/database.ts';
import { ServiceError } from '../errors.ts';

/** Throws `invalid` with the field of every name that does not exist; a name that is not given is no mistake. */
export const refuseUnknown = async (
  client: Queryable,
  names: Pick<NewGrant, 'email' | 'service' | 'environment'>,
): Promise<void> => {
  const found = await findGranted(client, names);
  const errors = [
    ...(found.user ? [] : [{ path: 'email', message: `nobody has the address ${names.email}` }]),
    ...(found.service ? [] : [{ path: 'service', message: `there is no service "${names.service}"` }]),
    ...(found.environment
      ? []
      : [{ path: 'environment', message: `there is no environment "${names.environment}"` }]),
  ];
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ message }) => message).join('; '), { errors });
};
