/** The deliveries of one service after an event. */
import { setImmediate } from 'node:timers/promises';
import { buildGraph, deliveriesOf, isSample } from '../../domain/dora/deliveries.ts';
import type { Unit } from '../../domain/dora/group.ts';
import type { CommitRow, DeploymentFact } from '../../domain/dora/types.ts';
import type { Transaction } from '../database.ts';
import {
  bitsOf,
  readServiceState,
  type ServiceState,
  storeDeliveryFacts,
  storeServiceState,
} from './facts.ts';
import { type NumberedCommit, readCommits } from './raw.ts';
import { storeFound } from './rebuild.ts';

export type ServiceEvent = {
  service: string;
  /** Of this service, in the order of `byEnd`. */
  units: readonly Unit[];
  /** Its facts as they were stored before the event. */
  before: readonly DeploymentFact[];
  firstIsBaseline: boolean;
};

/**
 * A successful deployment after all others walks only to what is not delivered yet, in the database. Anything else (an
 * older row, a changed one) walks everything again.
 */
export const deliverService = async (client: Transaction, event: ServiceEvent): Promise<void> => {
  const { service, units } = event;
  const state = await readServiceState(client, service);
  const fresh = state === null ? null : appendedTo(event.before, units);
  if (state === null || fresh === null) return deliverAnew(client, event);
  let current = state;
  for (const unit of fresh) {
    // The first deployment that finds its commit may be the baseline; that is decided with all of them in view.
    if (event.firstIsBaseline && current.delivered.length === 0) return deliverAnew(client, event);
    current = await deliverUnit(client, service, unit, current);
  }
  if (fresh.length > 0) await storeServiceState(client, current);
};

/** The successes that are new, when they all come after the known ones and those are as they were; null otherwise. */
const appendedTo = (before: readonly DeploymentFact[], units: readonly Unit[]): Unit[] | null => {
  const stands = new Map(
    before.filter(({ status }) => status === 'success').map((fact) => [fact.id, placeOf(fact)]),
  );
  const successes = units.filter(({ status }) => status === 'success');
  const known = successes.slice(0, stands.size);
  const isSame = known.every((unit) => stands.get(unit.id) === placeOf(unit));
  return isSame && known.length === stands.size ? successes.slice(stands.size) : null;
};

const placeOf = (unit: Pick<Unit, 'commitSha' | 'finishedAt' | 'startedAt'>): string =>
  JSON.stringify([unit.commitSha, unit.startedAt, unit.finishedAt]);

const deliverAnew = async (
  client: Transaction,
  { service, units, firstIsBaseline }: ServiceEvent,
): Promise<void> => {
  const commits = await readCommits(client);
  await setImmediate();
  const found = deliveriesOf(service, units, buildGraph(commits), firstIsBaseline);
  await client.query('DELETE FROM dora_delivery WHERE service = $1', [service]);
  await storeFound(client, service, units, commits, found);
};

const deliverUnit = async (
  client: Transaction,
  service: string,
  unit: Unit,
  state: ServiceState,
): Promise<ServiceState> => {
  const { commitSha, finishedAt } = unit;
  if (commitSha === null || finishedAt === null) return { ...state, until: finishedAt };
  const { reached, missing } = await walkFrom(client, commitSha, state.delivered);
  const samples = reached.filter((commit) => isSample(commit, service));
  await storeDeliveryFacts(
    client,
    samples.map(({ sha, authoredAt }) => ({
      service,
      sha,
      authoredAt,
      deliveredAt: finishedAt,
      deploymentId: unit.id,
    })),
  );
  return {
    service,
    delivered: bitsOf(
      reached.map(({ number }) => number),
      state.delivered,
    ),
    missing: [...new Set([...state.missing, ...missing])],
    until: finishedAt,
  };
};

const isOpen = '(c.number >= 8 * octet_length($2::bytea) OR get_bit($2::bytea, c.number) = 0)';

/** What `sha` contains and no deployment delivered, and what is named on the way and not known. */
const walkFrom = async (
  client: Transaction,
  sha: string,
  delivered: Buffer,
): Promise<{ reached: NumberedCommit[]; missing: string[] }> => {
  const { rows: reached } = await client.query<NumberedCommit & CommitRow>({
    name: 'dora-walk',
    text: `WITH RECURSIVE walk AS (
        SELECT c.sha, c.parents FROM source_commit c WHERE c.sha = $1 AND ${isOpen}
        UNION
        SELECT c.sha, c.parents FROM walk w CROSS JOIN LATERAL unnest(w.parents) AS p (sha)
          JOIN source_commit c ON c.sha = p.sha WHERE ${isOpen})
      SELECT c.sha, c.number, c.parents, (extract(epoch FROM c.authored_at) * 1000)::float8 AS "authoredAt",
        c.services, c.pr
      FROM walk JOIN source_commit c USING (sha)`,
    values: [sha, delivered],
  });
  const named = [...new Set([sha, ...reached.flatMap(({ parents }) => parents)])];
  const { rows: missing } = await client.query<{ sha: string }>(
    `SELECT n.sha FROM unnest($1::text[]) AS n (sha)
     WHERE NOT EXISTS (SELECT 1 FROM source_commit c WHERE c.sha = n.sha)`,
    [named],
  );
  return { reached, missing: missing.map((row) => row.sha) };
};
