/** What the routers counted lately, for expectations about the time to come. */
import { z } from 'zod';
import type { ClusterTraffic } from '../domain/release/expected-run.ts';
import type { Queryable } from './database.ts';
import { readSamples } from './samples.ts';

const SPAN_SECONDS = 600;

/**
 * The traffic of a service in each cluster of an environment over the 10 minutes before `now` (milliseconds), or over the
 * part of them that was measured. What requests are like is read from the baseline alone. Clusters without a
 * target are left out, those without measurements have no requests.
 */
export const readRecentTraffic = async (
  client: Queryable,
  { service, environment, now }: { service: string; environment: string; now: number },
): Promise<ClusterTraffic[]> => {
  const from = now - SPAN_SECONDS * 1_000;
  const { rows } = await client.query(READ, [service, environment, new Date(from), new Date(now)]);
  const places = z.array(placeSchema).parse(rows);
  const targetIds = places.map(({ id }) => id);
  const { edges, series } = await readSamples(client, {
    targetIds,
    from,
    to: now,
    stepSeconds: SPAN_SECONDS,
  });
  return places.map(({ id, cluster, seconds }) => {
    const points = series.filter(({ targetId }) => targetId === id);
    const all = points.flatMap((one) => one.points);
    const own = points.filter(({ track }) => track === 'baseline').flatMap((one) => one.points);
    const baseline = sum(own, ({ requests }) => requests);
    const each = (of: (point: Point) => number) => (baseline > 0 ? sum(own, of) / baseline : 0);
    const latency =
      edges.length === 0 ? [] : [...edges, null].map((_, k) => each((point) => point.latency[k] ?? 0));
    const names = [...new Set(own.flatMap(({ counts }) => Object.keys(counts)))];
    return {
      cluster,
      requestsPerSecond: baseline > 0 && seconds > 0 ? sum(all, ({ requests }) => requests) / seconds : 0,
      errorRate: each(({ errors }) => errors),
      edges,
      latency: latency.some((part) => part > 0) ? latency : [],
      counts: Object.fromEntries(names.map((name) => [name, each(({ counts }) => counts[name] ?? 0)])),
    };
  });
};

type Point = Awaited<ReturnType<typeof readSamples>>['series'][number]['points'][number];

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);

const READ = `
  SELECT t.id, c.slug AS cluster,
    coalesce(extract(epoch FROM max(m.at) - min(m.at - make_interval(secs => m.seconds))), 0)::float8 AS seconds
  FROM target t JOIN service s ON s.id = t.service_id JOIN cluster c ON c.id = t.cluster_id
  JOIN environment e ON e.id = c.environment_id
  LEFT JOIN sample m ON m.target_id = t.id AND m.at > $3 AND m.at <= $4
  WHERE s.slug = $1 AND e.slug = $2 GROUP BY t.id, c.slug ORDER BY c.slug`;

const placeSchema = z.object({ id: z.string(), cluster: z.string(), seconds: z.number() });
