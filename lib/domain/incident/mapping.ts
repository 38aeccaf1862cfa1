import { z } from 'zod';
import { ALERT_LABELS, type AlertLabels } from './alerts.ts';
import type { IncidentSignal } from './signal.ts';

const word = z.string().trim().min(1).max(200);
const label = z.string().regex(/^[A-Za-z_][\w.-]{0,99}$/, 'use the name of a label');

/** How the words of a source become ours; what it leaves out has a default. */
export const mappingSchema = z.strictObject({
  /** The source's word to 1 (worst) .. 4; upper and lower case are the same. */
  severities: z.record(word, z.number().int().min(1).max(4)).default({}),
  /** For words that nothing maps. */
  severityOtherwise: z.number().int().min(1).max(4).default(3),
  /** The source's name or id of a service to the slug of ours. A name that is a slug of ours needs no entry. */
  services: z.record(word, z.string().max(63)).default({}),
  /** For alerts: the labels that name service and severity, the first that is there counts. */
  serviceLabels: z
    .array(label)
    .max(10)
    .default([...ALERT_LABELS.service]),
  severityLabels: z
    .array(label)
    .max(10)
    .default([...ALERT_LABELS.severity]),
});
export type Mapping = z.infer<typeof mappingSchema>;

export const labelsOf = ({ serviceLabels, severityLabels }: Mapping): AlertLabels => ({
  service: serviceLabels,
  severity: severityLabels,
});

/** The severity of a signal, by the source's own table, then by words that everybody uses. */
export const severityOf = ({ severity }: IncidentSignal, mapping: Mapping): number => {
  const said = severity?.trim().toLowerCase() ?? '';
  const own = Object.entries(mapping.severities).find(([known]) => known.toLowerCase() === said)?.[1];
  return own ?? USUAL.get(said) ?? mapping.severityOtherwise;
};

/** The slugs of ours that a signal names, and its names that lead to none. */
export const servicesOf = (
  { services }: IncidentSignal,
  mapping: Mapping,
  known: ReadonlySet<string>,
): { found: string[]; unknown: string[] } => {
  const mapped = services.map((name) =>
    Object.hasOwn(mapping.services, name) ? mapping.services[name] : name,
  );
  const found = [...new Set(mapped.filter((slug) => slug !== undefined && known.has(slug)))].sort();
  return {
    found: found.filter((slug) => slug !== undefined),
    unknown: found.length > 0 ? [] : [...services],
  };
};

const USUAL: ReadonlyMap<string, number> = new Map([
  ...['1', 'p1', 'p0', 'sev0', 'sev1', 'sev-1', 'critical', 'page', 'disaster', 'fatal'].map(
    (name) => [name, 1] as const,
  ),
  ...['2', 'p2', 'sev2', 'sev-2', 'high', 'error', 'major'].map((name) => [name, 2] as const),
  ...['3', 'p3', 'sev3', 'sev-3', 'warning', 'medium', 'minor', 'average'].map((name) => [name, 3] as const),
  ...['4', 'p4', 'p5', 'sev4', 'sev5', 'sev-4', 'low', 'info', 'information', 'none'].map(
    (name) => [name, 4] as const,
  ),
]);
