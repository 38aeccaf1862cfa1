import type { Queryable } from '../../data/database.ts';
import { type IncidentDocument, knownServices, readIncident } from '../../data/delivery/incidents.ts';
import { suggest } from '../../domain/suggest.ts';
import { type FieldError, ServiceError } from '../errors.ts';

const CLOCK_DRIFT_MS = 5 * 60_000;

/** Refuses what cannot be: every mistake at once, each by its field with the fix. */
export const checkDocument = async (
  db: Queryable,
  id: string,
  document: IncidentDocument,
  now: number,
): Promise<void> => {
  const errors = [
    ...timeErrors(document, now),
    ...(await serviceErrors(db, document)),
    ...(await duplicateErrors(db, id, document)),
  ];
  if (errors.length === 0) return;
  throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
};

const timeErrors = (document: IncidentDocument, now: number): FieldError[] => {
  const { startedAt, detectedAt, resolvedAt } = document;
  const errors: FieldError[] = [];
  for (const [path, time] of Object.entries({ startedAt, detectedAt, resolvedAt }))
    if (time !== null && Date.parse(time) > now + CLOCK_DRIFT_MS)
      errors.push({ path, message: 'it is in the future; check the date and its offset' });
  if (resolvedAt !== null && Date.parse(resolvedAt) < Date.parse(startedAt))
    errors.push({ path: 'resolvedAt', message: 'it ends before it begins; check startedAt and resolvedAt' });
  return errors;
};

const serviceErrors = async (db: Queryable, { services }: IncidentDocument): Promise<FieldError[]> => {
  const known = await knownServices(db);
  return services.flatMap((service, index) => {
    if (known.has(service)) return [];
    const near = suggest(service, [...known]);
    const fix = near ? `did you mean "${near}"?` : 'create it first, or import its deployments';
    return [{ path: `services[${index}]`, message: `there is no service "${service}"; ${fix}` }];
  });
};

const duplicateErrors = async (
  db: Queryable,
  id: string,
  { duplicateOf }: IncidentDocument,
): Promise<FieldError[]> => {
  if (duplicateOf === null) return [];
  const path = 'duplicateOf';
  if (duplicateOf === id) return [{ path, message: 'an incident does not repeat itself; name another' }];
  const first = await readIncident(db, duplicateOf);
  if (first === null) return [{ path, message: `there is no incident "${duplicateOf}"; check its id` }];
  return first.duplicate_of === null
    ? []
    : [{ path, message: `"${duplicateOf}" repeats another one itself; name "${first.duplicate_of}"` }];
};
