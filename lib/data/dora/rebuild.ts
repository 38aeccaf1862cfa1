import { setImmediate } from 'node:timers/promises';
import { buildGraph, deliveriesOf, type ServiceDeliveries } from '../../domain/dora/deliveries.ts';
import { deriveDeployments } from '../../domain/dora/facts.ts';
import type { Unit } from '../../domain/dora/group.ts';
import { groupBy } from '../../domain/dora/group-by.ts';
import type { DeploymentFact } from '../../domain/dora/types.ts';
import type { Transaction } from '../database.ts';
import { bitsOf, storeDeploymentFacts, storeIncidentFacts, storeServiceFacts } from './facts.ts';
import { type NumberedCommit, readCommits, readDecisions, readDeployments, readIncidents } from './raw.ts';
import { readDoraSettings } from './settings.ts';

/** Makes every rollup anew from raw rows. The caller holds the lock of `settle`. */
export const rebuildIn = async (client: Transaction): Promise<void> => {
  await client.query('SET LOCAL statement_timeout = 0');
  const settings = await readDoraSettings(client);
  const history = {
    deployments: await readDeployments(client, null),
    incidents: await readIncidents(client, null),
    decisions: await readDecisions(client, null),
  };
  const { units, deployments, incidents } = deriveDeployments(history, settings);
  for (const table of ['dora_deployment', 'dora_delivery', 'dora_incident', 'dora_service'])
    await client.query(`DELETE FROM ${table}`);
  await storeDeploymentFacts(client, deployments, ownAmong(await readOwnIds(client)));
  await storeIncidentFacts(client, incidents);
  const commits = await readCommits(client);
  const graph = buildGraph(commits);
  const byService = groupBy(units, ({ service }) => service);
  for (const service of servicesOf(byService.keys(), commits)) {
    const own = byService.get(service) ?? [];
    const found = deliveriesOf(service, own, graph, settings.firstDeploymentIsBaseline);
    await storeFound(client, service, own, commits, found);
    // Many services in a row: others get their turn in between.
    await setImmediate();
  }
};

/** Stores what a walk over all commits found for one service. */
export const storeFound = (
  client: Transaction,
  service: string,
  units: readonly Unit[],
  commits: readonly NumberedCommit[],
  { deliveries, seen, missing, until }: ServiceDeliveries,
): Promise<void> => {
  const delivered = bitsOf(commits.flatMap(({ number }, index) => (seen[index] === 1 ? number : [])));
  return storeServiceFacts(
    client,
    { service, delivered, missing, until },
    { deploys: units.length > 0, deliveries },
  );
};

const servicesOf = (deploying: Iterable<string>, commits: readonly NumberedCommit[]): string[] => {
  const services = new Set(deploying);
  for (const commit of commits) for (const service of commit.services ?? []) services.add(service);
  return [...services].sort();
};

export const readOwnIds = async (
  client: Transaction,
  services: readonly string[] | null = null,
): Promise<Set<string>> => {
  const { rows } = await client.query<{ id: string }>(
    `SELECT r.id::text AS id FROM release r JOIN service s ON s.id = r.service_id
     WHERE $1::text[] IS NULL OR s.slug = ANY ($1)`,
    [services],
  );
  return new Set(rows.map(({ id }) => id));
};

/** Is it one of Slipway's own releases? */
export const ownAmong =
  (ids: ReadonlySet<string>) =>
  ({ members }: DeploymentFact): boolean =>
    members.some((id) => ids.has(id));
