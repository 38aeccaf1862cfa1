/** A made-up history of any size, for tests of scale. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Pool } from '../../lib/data/database.ts';
import { ensureDays } from '../../lib/data/sample-partitions.ts';
import { ensureLayout } from '../../lib/data/samples.ts';
import { chartOf, makePattern } from './chart.ts';
import { ensureNouns, type Nouns } from './nouns.ts';
import { chanceOf } from './random.ts';
import { type Ending, tellStory } from './story.ts';
import { EDGES, makeVerdicts } from './verdicts.ts';
import { newVersion, type SeedRelease, type SeedVersion, writeBatch } from './write.ts';

const BATCH = 250;
const DAY_MS = 86_400_000;
const SAMPLE_DAYS = 14;
const TARGETS_AT_ONCE = 25;
const QUERIES = { errors: 'requests that failed', latency: 'how long requests took' };

export type SeedOptions = {
  releases: number;
  /** Rows of the last two weeks beside the frozen charts. */
  samples: number;
  /** The releases are spread over this long before now. */
  days: number;
  now: number;
  say: (text: string) => void;
};

/** Fills a database. Throws when it holds releases of anything else, unless `force`. */
export const seedHistory = async (pool: Pool, options: SeedOptions & { force: boolean }): Promise<void> => {
  const { rows } = await pool.query(
    `SELECT count(*) AS count FROM release r JOIN service s ON s.id = r.service_id WHERE s.slug NOT LIKE 'seed-%'`,
  );
  const [{ count }] = z.tuple([z.object({ count: z.number() })]).parse(rows);
  if (count > 0 && !options.force)
    throw new Error(
      `This database holds ${count} real releases. Name another one, or say --force to mix them with made-up ones.`,
    );
  const nouns = await ensureNouns(pool);
  await fillReleases(pool, nouns, options);
  if (options.samples > 0) await fillSamples(pool, nouns, options);
  await pool.query('ANALYZE release, release_search, release_event, artifact_version');
};

const ENDINGS: [number, Ending][] = [
  [0.8, 'released'],
  [0.91, 'judged-bad'],
  [0.97, 'taken-back'],
  [1, 'cancelled'],
];

const fillReleases = async (pool: Pool, { places, plans }: Nouns, options: SeedOptions): Promise<void> => {
  const layoutId = await ensureLayout(pool, { edges: EDGES, names: [], queries: QUERIES });
  const [run] = z
    .tuple([z.object({ count: z.number() })])
    .parse(
      (await pool.query(`SELECT count(*) AS count FROM artifact_version WHERE registered_by = 'seed'`)).rows,
    );
  const chance = chanceOf(run.count + 1);
  const [first] = plans;
  if (!first) throw new Error('there is no plan');
  const verdicts = makeVerdicts(first.plan.analysis);
  const patterns = {
    canary: makePattern(60, 0.001, 1),
    worse: makePattern(60, 0.08, 2),
    baseline: makePattern(900, 0.001, 3),
  };
  const generations = new Map<string, number>();
  const inCharge = new Map<string, SeedVersion>();
  const stepMs = (options.days * DAY_MS) / options.releases;
  for (let done = 0; done < options.releases; ) {
    const batch: SeedRelease[] = [];
    const versions: SeedVersion[] = [];
    for (; batch.length < BATCH && done < options.releases; done++) {
      const place = chance.of(places);
      const plan = chance.of(plans);
      const key = `${place.serviceId}/${place.environmentId}`;
      const version = newVersion(
        place.serviceId,
        `${1 + Math.floor(run.count / 1e6)}.${Math.floor((run.count + done) / 500)}.${(run.count + done) % 500}`,
      );
      const roll = chance.next();
      const ending = ENDINGS.find(([below]) => roll < below)?.[1] ?? 'released';
      const startsAt = Math.floor(options.now - options.days * DAY_MS + done * stepMs - 3_600_000);
      const story = tellStory({
        place,
        plan,
        chance,
        verdicts,
        generations,
        startsAt,
        ending,
        id: randomUUID(),
      });
      versions.push(version);
      batch.push({
        story,
        place,
        plan,
        version,
        baselineId: inCharge.get(key)?.id ?? null,
        chart: chartOf(story, layoutId, patterns, chance),
      });
      if (story.state.outcome === 'released') inCharge.set(key, version);
    }
    await writeBatch(pool, batch, versions, QUERIES);
    if (done % 5_000 < BATCH) options.say(`${done} releases`);
  }
  await pool.query(
    `INSERT INTO target_state (target_id, generation) SELECT * FROM unnest($1::uuid[], $2::bigint[])
     ON CONFLICT (target_id) DO UPDATE SET generation = greatest(target_state.generation, excluded.generation)`,
    [[...generations.keys()], [...generations.values()]],
  );
};

/** Made by the database itself, day by day: counts that vary a little, every target and track evenly over the days. */
const fillSamples = async (
  pool: Pool,
  { places }: Nouns,
  { samples, now, say }: SeedOptions,
): Promise<void> => {
  const layoutId = await ensureLayout(pool, { edges: [], names: [], queries: QUERIES });
  const targets = places.flatMap((place) => place.targets.map(({ id }) => id));
  const today = Math.floor(now / DAY_MS);
  const days = Array.from({ length: SAMPLE_DAYS }, (_, index) => today - SAMPLE_DAYS + index);
  await ensureDays(pool, days);
  const everySeconds = Math.max(1, (SAMPLE_DAYS * 86_400 * targets.length * 2) / samples);
  for (const [index, day] of days.entries()) {
    for (let from = 0; from < targets.length; from += TARGETS_AT_ONCE)
      await pool.query(
        `INSERT INTO sample (target_id, track, at, seconds, layout_id, requests, errors, latency, counts)
         SELECT t, k, at, $4, $5, n, n / 400, '{}', '{}'
         FROM unnest($1::uuid[]) AS t, generate_series(0, 1) AS k,
           generate_series($2::timestamptz, $3::timestamptz - interval '1 millisecond', make_interval(secs => $4)) AS at,
           LATERAL (SELECT (800 + random() * 200)::integer AS n) AS counted
         ON CONFLICT DO NOTHING`,
        [
          targets.slice(from, from + TARGETS_AT_ONCE),
          new Date(day * DAY_MS),
          new Date((day + 1) * DAY_MS),
          everySeconds,
          layoutId,
        ],
      );
    say(`samples of ${index + 1} of ${days.length} days`);
  }
};
