import type { FreezeDocument } from '../../domain/policy/freeze-document.ts';
import type { Actor } from '../../domain/release/types.ts';
import { authorize, authorizeSomewhere } from '../context.ts';

/**
 * Throws `forbidden` unless the actor may configure everything that the window is about: every pair it names, or the
 * whole organisation where it names none. Null, before the document is read: anything at all.
 */
export const authorizeFreeze = (actor: Actor, document: FreezeDocument | null): void => {
  authorizeSomewhere(actor, 'config:write');
  if (!document) return;
  const services = document.services.length > 0 ? document.services : [undefined];
  const environments = document.environments.length > 0 ? document.environments : [undefined];
  for (const service of services)
    for (const environment of environments) authorize(actor, 'config:write', { service, environment });
};
