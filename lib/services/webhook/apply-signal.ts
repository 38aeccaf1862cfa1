import stringify from 'safe-stable-stringify';
import type { Transaction } from '../../data/database.ts';
import type { StoredIncidentSource } from '../../data/delivery/incident-sources.ts';
import {
  documentOf,
  type IncidentDocument,
  readIncident,
  type StoredIncident,
  storeIncident,
} from '../../data/delivery/incidents.ts';
import { servicesOf, severityOf } from '../../domain/incident/mapping.ts';
import type { IncidentSignal } from '../../domain/incident/signal.ts';

export type Applied = {
  /** Null when nothing of ours is affected. */
  incident: string | null;
  /** Names that lead to no service of ours. */
  unknown: readonly string[];
  /** What to write into the ledger; null when nothing changed. */
  change: { id: string; before: IncidentDocument | null; after: IncidentDocument } | null;
};

/** The id under which an incident of a source is kept. */
export const incidentIdOf = (source: StoredIncidentSource, signal: IncidentSignal): string =>
  `${source.slug}:${signal.key}`.slice(0, 200);

/**
 * Brings an incident to what its source says of it. What the source said later already stays, in whatever order the
 * messages come, and so does what people have set. The caller holds the incident's lock.
 */
export const applySignal = async (
  client: Transaction,
  source: StoredIncidentSource,
  signal: IncidentSignal,
  knownServices: ReadonlySet<string>,
): Promise<Applied> => {
  const { found, unknown } = servicesOf(signal, source.mapping, knownServices);
  const id = incidentIdOf(source, signal);
  const stored = await readIncident(client, id);
  if (stored === null && found.length === 0) return { incident: null, unknown, change: null };
  const isNews = stored === null || stored.said_at === null || stored.said_at.getTime() <= signal.occurredAt;
  const said = saidDocument(source, signal, found);
  const before = stored === null ? null : documentOf(stored);
  const after = stored === null ? said : merged(stored, said, isNews);
  await storeIncident(client, id, after, {
    source: source.slug,
    externalKey: id,
    saidAt: isNews ? new Date(signal.occurredAt) : null,
    editedFields: stored?.edited_fields ?? [],
  });
  const same = before !== null && stringify(before) === stringify(after);
  return { incident: id, unknown, change: same ? null : { id, before, after } };
};

const saidDocument = (
  source: StoredIncidentSource,
  signal: IncidentSignal,
  services: string[],
): IncidentDocument => ({
  title: signal.title,
  url: signal.link,
  services,
  severity: severityOf(signal, source.mapping),
  startedAt: new Date(signal.startedAt).toISOString(),
  detectedAt: null,
  resolvedAt: signal.resolvedAt === null ? null : new Date(signal.resolvedAt).toISOString(),
  causedBy: [],
  cause: null,
  duplicateOf: null,
  drill: false,
});

/** Of an older message only an earlier beginning is news. */
const merged = (stored: StoredIncident, said: IncidentDocument, isNews: boolean): IncidentDocument => {
  const before = documentOf(stored);
  const news = isNews
    ? {
        title: said.title,
        url: said.url ?? before.url,
        services: said.services.length > 0 ? said.services : before.services,
        severity: said.severity,
        resolvedAt: said.resolvedAt,
      }
    : {};
  const untouched = Object.entries({ ...news, startedAt: earlier(said.startedAt, before.startedAt) }).filter(
    ([field]) => !stored.edited_fields.includes(field),
  );
  return orderly({ ...before, ...Object.fromEntries(untouched) });
};

/** Both are written in one way, so that their order as text is their order in time. */
const earlier = (a: string, b: string): string => [a, b].sort()[0] ?? a;

/** A person may have moved the beginning behind the end that the source gives. */
const orderly = (document: IncidentDocument): IncidentDocument =>
  document.resolvedAt !== null && document.resolvedAt < document.startedAt
    ? { ...document, resolvedAt: document.startedAt }
    : document;
