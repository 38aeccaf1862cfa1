import type { z } from 'zod';
import { idSchema } from '../../contract/primitives.ts';
import { type SamplesView, samplesQuerySchema } from '../../contract/release.ts';
import { loadRelease } from '../../data/releases.ts';
import { readSamples } from '../../data/samples.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

const POINTS_MAX = 300;
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
  const step = Math.max(
    asked.step ?? release.plan.analysis.everySeconds,
    Math.ceil((to - from) / 1_000 / POINTS_MAX),
  );
  const read = await readSamples(ctx.db.pool, {
    targetIds: release.targets.map((target) => target.id),
    from,
    to,
    stepSeconds: step,
  });
  const clusters = new Map(release.targets.map((target) => [target.id, target.cluster]));
  return {
    step,
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
