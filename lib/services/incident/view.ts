import type { IncidentView } from '../../contract/incident.ts';
import type { StoredIncident } from '../../data/delivery/incidents.ts';
import { documentOf } from '../../data/delivery/incidents.ts';

export const incidentView = (stored: StoredIncident): IncidentView => ({
  id: stored.id,
  source: stored.source,
  ...documentOf(stored),
  links: stored.computed ? { deployments: stored.deployments ?? [], skipped: stored.skipped } : null,
  decisions: stored.decisions.map((decision) => ({ ...decision, at: decision.at.toISOString() })),
  updatedAt: stored.updated_at.toISOString(),
});
