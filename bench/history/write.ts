/** A batch of made-up releases into the database, in few statements and one transaction. */
import { randomUUID } from 'node:crypto';
import { encodeChart } from '../../lib/data/chart/codec.ts';
import { HOUR_MS } from '../../lib/data/chart/pieces.ts';
import { type Pool, type Transaction, withTransaction } from '../../lib/data/database.ts';
import type { SampleRow } from '../../lib/data/samples.ts';
import type { Verdict } from '../../lib/domain/analysis/contract.ts';
import { factsOf } from './chart.ts';
import type { Place, SeedPlan } from './nouns.ts';
import type { Story } from './story.ts';

export type SeedVersion = { id: string; serviceId: string; name: string };
export type SeedRelease = {
  story: Story;
  place: Place;
  plan: SeedPlan;
  version: SeedVersion;
  baselineId: string | null;
  chart: SampleRow[];
};

export const newVersion = (serviceId: string, name: string): SeedVersion => ({
  id: randomUUID(),
  serviceId,
  name,
});

export const writeBatch = async (
  pool: Pool,
  batch: readonly SeedRelease[],
  versions: readonly SeedVersion[],
  queries: Record<string, string>,
): Promise<void> => {
  const pieces = await Promise.all(batch.flatMap(piecesOf));
  await withTransaction(pool, async (client) => {
    // One refresh at the end instead of one for each event.
    await client.query('ALTER TABLE release_event DISABLE TRIGGER release_event_search');
    await fill(client, 'artifact_version', VERSION_COLUMNS, versions.map(versionRow));
    await fill(client, 'release', RELEASE_COLUMNS, batch.map(releaseRow));
    await fill(
      client,
      'release_target',
      'release_id, target_id',
      batch.flatMap(({ story }) =>
        story.state.targets.map(({ id }) => ({ release_id: story.id, target_id: id })),
      ),
    );
    await fill(client, 'release_event', EVENT_COLUMNS, batch.flatMap(eventRows));
    await fill(client, 'release_analysis', 'release_id, analysis, verdict', batch.flatMap(analysisRows));
    await fill(
      client,
      'release_chart',
      'release_id, facts, frozen_at',
      batch.map(({ story, chart }) => ({
        release_id: story.id,
        facts: factsOf(chart, queries),
        frozen_at: new Date(story.finishedAt + 2 * 86_400_000),
      })),
    );
    await client.query(
      `INSERT INTO release_chart_piece (release_id, hour, sample_count, data)
       SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::bytea[])`,
      [
        pieces.map(({ id }) => id),
        pieces.map(({ hour }) => hour),
        pieces.map(({ count }) => count),
        pieces.map(({ data }) => data),
      ],
    );
    await client.query('ALTER TABLE release_event ENABLE TRIGGER release_event_search');
    await client.query('SELECT refresh_release_search($1)', [batch.map(({ story }) => story.id)]);
  });
};

const fill = async (
  client: Transaction,
  table: string,
  columns: string,
  rows: readonly object[],
): Promise<void> => {
  await client.query(
    `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1)`,
    [JSON.stringify(rows)],
  );
};

const VERSION_COLUMNS = 'id, service_id, name, digest, commit, config_version, registered_by, registered_at';
const versionRow = ({ id, serviceId, name }: SeedVersion) => {
  const commit = id.replaceAll('-', '').padEnd(40, '0');
  return {
    id,
    service_id: serviceId,
    name,
    digest: `sha256:${commit.padEnd(64, '0')}`,
    commit,
    config_version: `cfg-${commit.slice(0, 6)}`,
    registered_by: 'seed',
    registered_at: new Date(),
  };
};

const RELEASE_COLUMNS =
  'id, service_id, environment_id, version_id, baseline_version_id, plan_revision_id, reason, started_by, phase, outcome, state, state_version, created_at, finished_at';
const releaseRow = ({ story, place, plan, version, baselineId }: SeedRelease) => ({
  id: story.id,
  service_id: place.serviceId,
  environment_id: place.environmentId,
  version_id: version.id,
  baseline_version_id: baselineId,
  plan_revision_id: plan.revisionId,
  reason: story.reason,
  started_by: story.startedBy,
  phase: story.state.phase,
  outcome: story.state.outcome,
  state: story.state,
  state_version: story.events.length,
  created_at: new Date(story.createdAt),
  finished_at: new Date(story.finishedAt),
});

const EVENT_COLUMNS = 'release_id, sequence, at, type, actor_kind, actor_name, data, hash, previous_hash';
const eventRows = ({ story }: SeedRelease) =>
  story.events.map((event) => ({
    release_id: story.id,
    sequence: event.sequence,
    at: event.at,
    type: event.type,
    actor_kind: event.actor.kind,
    actor_name: event.actor.name,
    data: event.data,
    hash: event.hash,
    previous_hash: event.previousHash,
  }));

/** The newest verdict of the record; the state of the analysis itself is of use to running releases only. */
const analysisRows = ({ story }: SeedRelease) => {
  const verdict = story.events.findLast(({ data }) => data.verdict)?.data.verdict as Verdict | undefined;
  return verdict ? [{ release_id: story.id, analysis: {}, verdict }] : [];
};

const piecesOf = ({
  story,
  chart,
}: SeedRelease): Promise<{ id: string; hour: number; count: number; data: Buffer }>[] => {
  const hours = new Map<number, SampleRow[]>();
  for (const row of chart) {
    const hour = Math.floor(row.at / HOUR_MS);
    hours.set(hour, [...(hours.get(hour) ?? []), row]);
  }
  return [...hours].map(async ([hour, rows]) => ({
    id: story.id,
    hour,
    count: rows.length,
    data: await encodeChart(rows),
  }));
};
