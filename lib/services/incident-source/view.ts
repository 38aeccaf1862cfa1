import type { IncidentSourceView } from '../../contract/incident-source.ts';
import type { StoredIncidentSource } from '../../data/delivery/incident-sources.ts';
import { endpoints } from '../../routes.ts';

/** `origin` is the address under which people reach this server. */
export const incidentSourceView = (stored: StoredIncidentSource, origin: string): IncidentSourceView => ({
  slug: stored.slug,
  name: stored.name,
  kind: stored.kind,
  mapping: stored.mapping,
  url: urlOf(stored.slug, origin),
  hasSecret: stored.secret !== null,
  receivedAt: stored.received_at?.toISOString() ?? null,
  problem: stored.problem,
  refused: stored.refused,
  refusedAt: stored.refused_at?.toISOString() ?? null,
  updatedAt: stored.updated_at.toISOString(),
});

export const urlOf = (slug: string, origin: string): string => `${origin}${endpoints.incidentWebhook(slug)}`;

/** What a sealed secret belongs to. */
export const secretOf = (slug: string): string => `incident-source:${slug}`;
