/** After an event: only what it touches, with the answer that making everything anew would give. */
import { deriveDeployments } from '../../domain/dora/facts.ts';
import { groupDeployments, type Unit } from '../../domain/dora/group.ts';
import { groupBy } from '../../domain/dora/group-by.ts';
import type { DeploymentFact, DeploymentRow, IncidentFact } from '../../domain/dora/types.ts';
import type { Transaction } from '../database.ts';
import { deliverService } from './deliver-service.ts';
import { dropDeploymentFacts, storeDeploymentFacts, storeIncidentFacts } from './facts.ts';
import { readDecisions, readDeployments, readIncidents } from './raw.ts';
import { readDeploymentFacts } from './read-facts.ts';
import { ownAmong, readOwnIds } from './rebuild.ts';
import { readDoraSettings } from './settings.ts';

export type Touched = { services: readonly string[]; incidents: readonly string[] };

export const recomputeServices = async (client: Transaction, touched: Touched): Promise<void> => {
  const settings = await readDoraSettings(client);
  const named = await servicesOfIncidents(client, touched.incidents);
  const services = await withRelated(client, [...new Set([...touched.services, ...named])]);
  const deployments = await readDeployments(client, services);
  const incidents = await readIncidents(client, {
    services,
    names: namesOf(deployments),
    ids: [...touched.incidents, ...(await linkedBefore(client, services))],
  });
  const decisions = await readDecisions(
    client,
    incidents.map(({ id }) => id),
  );
  const derived = deriveDeployments({ deployments, incidents, decisions }, settings);
  await storeIncidentFacts(client, await withOtherServices(client, derived.incidents, services));
  const before = await storeChanges(client, derived.deployments, services);
  const units = groupBy(derived.units, ({ service }) => service);
  for (const service of services)
    await deliverService(client, {
      service,
      units: units.get(service) ?? [],
      before: before.filter((fact) => fact.service === service),
      firstIsBaseline: settings.firstDeploymentIsBaseline,
    });
};

/** Writes what differs from what was stored, which it gives back. */
const storeChanges = async (
  client: Transaction,
  facts: readonly DeploymentFact[],
  services: readonly string[],
): Promise<DeploymentFact[]> => {
  const before = await readDeploymentFacts(client, { services });
  const known = new Map(before.map((fact) => [keyOf(fact), contentOf(fact)]));
  const now = new Set(facts.map(keyOf));
  await dropDeploymentFacts(
    client,
    before.filter((fact) => !now.has(keyOf(fact))),
  );
  const changed = facts.filter((fact) => known.get(keyOf(fact)) !== contentOf(fact));
  if (changed.length > 0)
    await storeDeploymentFacts(client, changed, ownAmong(await readOwnIds(client, services)));
  return before;
};

/** Two facts with the same content are the same text, in whatever order their fields stand. */
const contentOf = (fact: DeploymentFact): string =>
  JSON.stringify([
    fact.members,
    fact.environment,
    fact.commitSha,
    fact.version,
    fact.startedAt,
    fact.finishedAt,
    fact.status,
    fact.maxExposure,
    fact.kind,
    fact.rollbackOf,
    fact.remediates,
    fact.unplanned,
    fact.isChange,
    fact.failedBecause,
    fact.incidents,
    fact.recovery?.start,
    fact.recovery?.end,
  ]);

const keyOf = ({ service, id }: DeploymentFact): string => JSON.stringify([service, id]);

/** Everything by which a row of these services can be named; shared groups also as the facts call them. */
const namesOf = (deployments: readonly DeploymentRow[]): string[] => {
  const names = new Set(groupDeployments(deployments).map((unit: Unit) => unit.id));
  for (const { id, groupId } of deployments) {
    names.add(id);
    if (groupId !== null) names.add(groupId);
  }
  return [...names];
};

/** The services of incidents, of what they name as their cause, of what was linked, and of what people named. */
const servicesOfIncidents = async (client: Transaction, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{ service: string }>(
    `WITH named AS (
       SELECT unnest(caused_by) AS name FROM incident WHERE id = ANY ($1)
       UNION SELECT unnest(deployments) FROM dora_incident WHERE incident_id = ANY ($1)
       UNION SELECT unnest(ARRAY[deployment_id, instead_id]) FROM incident_link_decision WHERE incident_id = ANY ($1))
     SELECT unnest(services) AS service FROM incident WHERE id = ANY ($1)
     UNION SELECT service FROM dora_deployment f JOIN named n ON f.id = n.name
     UNION SELECT service FROM imported_deployment d JOIN named n ON d.id = n.name
     UNION SELECT service FROM imported_deployment d JOIN named n ON d.group_id = n.name
     UNION SELECT s.slug FROM release r JOIN service s ON s.id = r.service_id JOIN named n ON r.id::text = n.name`,
    [ids],
  );
  return rows.map(({ service }) => service);
};

/** Also the services whose rows name a row of these, or share a group with one, however far that leads. */
const withRelated = async (client: Transaction, services: readonly string[]): Promise<string[]> => {
  let known = [...services];
  for (;;) {
    const { rows } = await client.query<{ service: string }>(
      `WITH mine AS (SELECT id, group_id, rollback_of, remediates FROM imported_deployment WHERE service = ANY ($1)),
         names AS (SELECT id AS name FROM mine UNION SELECT group_id FROM mine UNION SELECT rollback_of FROM mine
           UNION SELECT remediates FROM mine
           UNION SELECT r.id::text FROM release r JOIN service s ON s.id = r.service_id WHERE s.slug = ANY ($1)),
         found AS (
           SELECT service FROM names n JOIN imported_deployment d ON d.id = n.name
           UNION SELECT service FROM names n JOIN imported_deployment d ON d.group_id = n.name
           UNION SELECT service FROM names n JOIN imported_deployment d ON d.rollback_of = n.name
           UNION SELECT service FROM names n JOIN imported_deployment d ON d.remediates = n.name
           UNION SELECT s.slug FROM mine m JOIN release r ON r.id::text IN (m.rollback_of, m.remediates)
             JOIN service s ON s.id = r.service_id)
       SELECT service FROM found WHERE service <> ALL ($1)`,
      [known],
    );
    if (rows.length === 0) return known;
    known = [...known, ...rows.map(({ service }) => service)];
  }
};

const linkedBefore = async (client: Transaction, services: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    `SELECT i.incident_id AS id FROM dora_incident i
     WHERE i.deployments && (SELECT coalesce(array_agg(id), '{}') FROM dora_deployment WHERE service = ANY ($1))`,
    [services],
  );
  return rows.map(({ id }) => id);
};

/** The rules saw only some services; what incidents are linked to in others stays. */
const withOtherServices = async (
  client: Transaction,
  facts: readonly IncidentFact[],
  services: readonly string[],
): Promise<IncidentFact[]> => {
  const { rows } = await client.query<{ incident: string; deployment: string }>(
    `SELECT i.incident_id AS incident, f.id AS deployment
     FROM dora_incident i JOIN dora_deployment f ON f.id = ANY (i.deployments)
     WHERE i.incident_id = ANY ($1) AND f.service <> ALL ($2)`,
    [facts.map(({ id }) => id), services],
  );
  const elsewhere = groupBy(rows, ({ incident }) => incident);
  return facts.map((fact) =>
    fact.skipped === null
      ? {
          ...fact,
          deployments: [
            ...new Set([
              ...fact.deployments,
              ...(elsewhere.get(fact.id) ?? []).map(({ deployment }) => deployment),
            ]),
          ].sort(),
        }
      : fact,
  );
};
