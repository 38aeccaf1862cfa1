/** The transition transaction of the release engine, in plain SQL, and the reads it starts from. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Desired } from '../../agent/src/protocol.ts';
import { moved } from '../domain/release/exposure.ts';
import type { Actor, ReleaseEvent, ReleaseState } from '../domain/release/types.ts';
import type { Queryable, Transaction } from './database.ts';
import { ActiveReleaseError, StaleGenerationError, StaleVersionError } from './errors.ts';
import { appendLedger } from './ledger.ts';
import { CHANNEL, type Notice } from './notify.ts';
import { chainEvent, type NewEvent } from './release-events.ts';
import { RELEASE_SELECT, type ReleaseRecord, releaseRowSchema, toRelease } from './release-record.ts';

export type LoadedRelease = ReleaseRecord & { targets: { id: string; cluster: string }[] };

/** A new desired state for one target, as the agent will get it. */
export type Wish = { targetId: string; generation: number; desired: Desired };
/** What the ledger says of the change; who, when and about what follow from the event. */
export type LedgerNote = { action: string; reason: string | null; requestId: string | null };

/** `forUpdate` locks the release until the transaction ends; needs a transaction's client. */
export const loadRelease = async (
  client: Queryable,
  id: string,
  options: { forUpdate?: boolean } = {},
): Promise<LoadedRelease | null> => {
  const lock = options.forUpdate ? 'FOR UPDATE OF r' : '';
  const { rows } = await client.query({
    name: options.forUpdate ? 'release-lock' : 'release-load',
    text: `${SELECT_WITH_TARGETS} WHERE r.id = $1 ${lock}`,
    values: [id],
  });
  const row = z.array(rowSchema).parse(rows)[0];
  return row ? { ...toRelease(row), targets: row.targets } : null;
};

/** The slugs of what a release is about, for the question who may act on it. */
export const scopeOfRelease = async (
  client: Queryable,
  id: string,
): Promise<{ service: string; environment: string } | null> => {
  const { rows } = await client.query(
    `SELECT s.slug AS service, e.slug AS environment FROM release r
     JOIN service s ON s.id = r.service_id JOIN environment e ON e.id = r.environment_id WHERE r.id = $1`,
    [id],
  );
  return z.array(z.object({ service: z.string(), environment: z.string() })).parse(rows)[0] ?? null;
};

/** The release that moves this target's traffic now, if any. */
export const activeReleaseOfTarget = async (client: Queryable, targetId: string): Promise<string | null> => {
  const { rows } = await client.query(
    `SELECT r.id FROM release_target rt JOIN release r ON r.id = rt.release_id
     WHERE rt.target_id = $1 AND r.outcome IS NULL`,
    [targetId],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

export type Transition = {
  release: LoadedRelease;
  /** The state version the decision was made on. */
  expectedVersion: number;
  state: ReleaseState;
  /** When the engine must look again, milliseconds; null = nothing happens by itself. */
  dueAt: number | null;
  event: ReleaseEvent;
  desired: readonly Wish[];
  /** null for facts that only the release's own record keeps. */
  ledger: LedgerNote | null;
  /** Milliseconds; becomes the event's recorded time. */
  at: number;
};

/**
 * Writes one decided change: state, event, wishes, outbox, ledger and the wake-up commit together or not at all.
 * Answers with the new state version. Throws `StaleVersionError` when somebody was faster.
 */
export const recordTransition = async (client: Transaction, change: Transition): Promise<number> => {
  const { release, state, at } = change;
  const version = change.expectedVersion + 1;
  const { rows } = await client.query({
    name: 'release-change',
    text: `UPDATE release SET state = $3, state_version = $4, phase = $5, outcome = $6, due_at = $7,
       finished_at = CASE WHEN $6::text IS NULL THEN NULL ELSE coalesce(finished_at, $8) END
     WHERE id = $1 AND state_version = $2
     RETURNING (SELECT hash FROM release_event WHERE release_id = $1 AND sequence = $2) AS previous_hash`,
    values: [
      release.id,
      change.expectedVersion,
      JSON.stringify(state),
      version,
      state.phase,
      state.outcome,
      change.dueAt === null ? null : new Date(change.dueAt),
      new Date(at),
    ],
  });
  const updated = z.array(z.object({ previous_hash: z.string() })).parse(rows)[0];
  if (!updated) throw new StaleVersionError(release.id, change.expectedVersion);
  const event = chainEvent(release.id, version, at, change.event, updated.previous_hash);
  if (state.outcome === 'released') await setBaseline(client, release, state);
  await writeConsequences(client, release.id, event, change.desired);
  await writeLedger(client, release, event, change);
  return version;
};

export type NewRelease = {
  serviceId: string;
  environmentId: string;
  versionId: string;
  baselineVersionId: string | null;
  planRevisionId: string;
  retryOf: string | null;
  reason: string | null;
  startedBy: Actor;
  targetIds: readonly string[];
  state: ReleaseState;
  dueAt: number | null;
  /** The `created` event. */
  event: ReleaseEvent;
  desiredOf: (releaseId: string) => readonly Wish[];
  ledger: LedgerNote;
  at: number;
};

/**
 * Stores a release at state version 1 with its first event; answers with its id. Throws `ActiveReleaseError`,
 * with the transaction still usable, when the service has an unfinished release in this environment.
 */
export const insertRelease = async (client: Transaction, release: NewRelease): Promise<string> => {
  const id = randomUUID();
  await insertRow(client, id, release);
  await client.query(`INSERT INTO release_target (release_id, target_id) SELECT $1, unnest($2::uuid[])`, [
    id,
    release.targetIds,
  ]);
  const event = chainEvent(id, 1, release.at, release.event, null);
  await writeConsequences(client, id, event, release.desiredOf(id));
  await writeLedger(client, { id }, event, release);
  return id;
};

const SELECT_WITH_TARGETS = RELEASE_SELECT.replace(
  'ra.verdict',
  `ra.verdict, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'cluster', c.slug) ORDER BY c.slug), '[]')
    FROM release_target rt JOIN target t ON t.id = rt.target_id JOIN cluster c ON c.id = t.cluster_id
    WHERE rt.release_id = r.id
  ) AS targets`,
);

const rowSchema = releaseRowSchema.extend({
  targets: z.array(z.object({ id: z.string(), cluster: z.string() })),
});

const INSERT_ATTEMPTS_MAX = 5;

/** The unique index decides, not a look beforehand; a rival that ends between insert and look earns another try. */
const insertRow = async (client: Transaction, id: string, release: NewRelease): Promise<void> => {
  const { serviceId, environmentId, state } = release;
  for (let attempt = 1; attempt <= INSERT_ATTEMPTS_MAX; attempt += 1) {
    const { rowCount } = await client.query(
      `INSERT INTO release (id, service_id, environment_id, version_id, baseline_version_id, plan_revision_id,
         retry_of, reason, started_by, phase, outcome, state, state_version, due_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14)
       ON CONFLICT (service_id, environment_id) WHERE outcome IS NULL DO NOTHING`,
      [
        id,
        serviceId,
        environmentId,
        release.versionId,
        release.baselineVersionId,
        release.planRevisionId,
        release.retryOf,
        release.reason,
        JSON.stringify(release.startedBy),
        state.phase,
        state.outcome,
        JSON.stringify(state),
        release.dueAt === null ? null : new Date(release.dueAt),
        new Date(release.at),
      ],
    );
    if (rowCount) return;
    const { rows } = await client.query(
      'SELECT id FROM release WHERE service_id = $1 AND environment_id = $2 AND outcome IS NULL',
      [serviceId, environmentId],
    );
    const active = z.array(z.object({ id: z.string() })).parse(rows)[0];
    if (active) throw new ActiveReleaseError(active.id);
  }
  throw new Error('releases of this service begin and end faster than one can be inserted; try again');
};

/** Event, wishes, outbox and wake-up in one statement. A wish that is not newer than the target's last is a fault, never dropped. */
const writeConsequences = async (
  client: Transaction,
  releaseId: string,
  event: NewEvent,
  wishes: readonly Wish[],
): Promise<void> => {
  const notices: Notice[] = [
    ...wishes.map(({ targetId }) => ({ kind: 'outbox' as const, target: targetId })),
    { kind: 'release', id: releaseId, version: event.sequence },
  ];
  const { rows } = await client.query({
    name: 'release-consequences',
    text: WRITE_CONSEQUENCES,
    values: [
      releaseId,
      event.sequence,
      event.at,
      event.type,
      event.actor.kind,
      event.actor.name,
      JSON.stringify(event.data),
      event.hash,
      event.previousHash,
      wishes.map((wish) => wish.targetId),
      wishes.map((wish) => wish.generation),
      wishes.map((wish) => JSON.stringify(wish.desired)),
      CHANNEL,
      notices.map((notice) => JSON.stringify(notice)),
    ],
  });
  const stored = z.array(z.object({ stored: z.array(z.string()) })).parse(rows)[0]?.stored ?? [];
  const stale = wishes.filter(({ targetId }) => !stored.includes(targetId));
  if (stale.length > 0) throw new StaleGenerationError(stale.map(({ targetId }) => targetId));
};

const WRITE_CONSEQUENCES = `
  WITH event AS (
    INSERT INTO release_event (release_id, sequence, at, type, actor_kind, actor_name, data, hash, previous_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ), wish AS (
    SELECT * FROM unnest($10::uuid[], $11::bigint[], $12::jsonb[]) AS w (target_id, generation, desired)
    ORDER BY target_id
  ), state AS (
    INSERT INTO target_state AS t (target_id, generation, desired) SELECT * FROM wish
    ON CONFLICT (target_id) DO UPDATE SET generation = excluded.generation, desired = excluded.desired
      WHERE t.generation < excluded.generation
    RETURNING t.target_id
  ), out AS (
    INSERT INTO outbox AS o (target_id, generation, desired) SELECT * FROM wish
    ON CONFLICT (target_id) DO UPDATE SET generation = excluded.generation, desired = excluded.desired,
      created_at = now(), sent_at = NULL, attempts = 0, due_at = now()
      WHERE o.generation < excluded.generation
  ), wake AS MATERIALIZED (
    SELECT pg_notify($13, payload) FROM unnest($14::text[]) AS payload
  )
  SELECT coalesce((SELECT array_agg(target_id::text) FROM state), '{}') AS stored, (SELECT count(*) FROM wake) AS woken`;

/** Where a release went through, its version is now the one in charge; clusters that went back alone keep theirs. */
const setBaseline = async (
  client: Transaction,
  release: LoadedRelease,
  { targets }: ReleaseState,
): Promise<void> => {
  await client.query(
    `INSERT INTO target_state (target_id, baseline_version_id) SELECT unnest($1::uuid[]), $2
     ON CONFLICT (target_id) DO UPDATE SET baseline_version_id = excluded.baseline_version_id`,
    [targets.filter(moved).map(({ id }) => id), release.version.id],
  );
};

const writeLedger = async (
  client: Transaction,
  release: { id: string },
  event: NewEvent,
  change: { event: ReleaseEvent; ledger: LedgerNote | null },
): Promise<void> => {
  if (!change.ledger) return;
  await appendLedger(client, {
    at: event.at,
    actor: event.actor,
    action: change.ledger.action,
    subject: `release:${release.id}`,
    reason: change.ledger.reason,
    requestId: change.ledger.requestId,
    data: { sequence: event.sequence, eventHash: event.hash },
  });
};
