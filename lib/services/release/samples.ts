import type { z } from 'zod';
import { idSchema } from '../../contract/primitives.ts';
import { type SamplesView, samplesQuerySchema } from '../../contract/release.ts';
import { readChart } from '../../data/chart/read.ts';
import { loadRelease } from '../../data/releases.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

/** Some minutes from before the start show what normal looked like. */
const LEAD_SECONDS = 120;

/** Counts per cluster and track over a release, in steps that give at most 300 points a series. */
export const readReleaseSamples = async (
  ctx: Context,
  { id, ...query }: { id: string } & z.input<typeof samplesQuerySchema>,
): Promise<SamplesView> => {
  authorize(ctx.actor, 'release:read');
  const asked = samplesQuerySchema.parse(query);
  const release = idSchema.safeParse(id).success ? await loadRelease(ctx.db.pool, id) : null;
  if (!release) throw new ServiceError('not-found', `There is no release ${id}.`);
  const to = asked.to ? Date.parse(asked.to) : (release.finishedAt?.getTime() ?? ctx.now());
  const from = asked.from ? Date.parse(asked.from) : release.createdAt.getTime() - LEAD_SECONDS * 1_000;
  if (from >= to)
    throw new ServiceError('invalid', 'from must be before to.', {
      errors: [{ path: 'from', message: 'must be before to' }],
    });
  const stepSeconds = asked.step ?? release.plan.analysis.everySeconds;
  const read = await readChart(ctx.db.pool, { release, from, to, stepSeconds });
  const clusters = new Map(release.targets.map((target) => [target.id, target.cluster]));
  return {
    step: read.step,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    edges: read.edges,
    series: read.series.map((series) => ({
      cluster: clusters.get(series.targetId) ?? series.targetId,
      track: series.track,
      points: series.points.map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
    })),
  };
};
