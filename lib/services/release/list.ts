import type { z } from 'zod';
import { type ReleaseRow, releaseListQuerySchema, type releaseListSchema } from '../../contract/release.ts';
import { type ListedRelease, listReleaseRows } from '../../data/views/release-list.ts';
import { exposureBasisPoints } from '../../domain/release/exposure.ts';
import { headlineOf, needsOf } from '../../domain/release/headline.ts';
import { authorize, type Context } from '../context.ts';
import { releaseFilterOf, releasePlaceOf } from './filter.ts';
import { namesOf, percent } from './view.ts';

type ReleaseList = z.infer<typeof releaseListSchema>;

/** A page of releases, newest first. Every filter is optional; `cursor` comes from the page before. */
export const listReleases = async (ctx: Context, input: unknown): Promise<ReleaseList> => {
  authorize(ctx.actor, 'release:read');
  const { cursor, limit, ...filter } = releaseListQuerySchema.parse(input);
  const page = await listReleaseRows(ctx.db.pool, {
    ...releaseFilterOf(filter),
    after: releasePlaceOf(cursor),
    limit,
  });
  return { ...page, items: page.items.map(releaseRow) };
};

/** A release as a row of a list. */
export const releaseRow = (release: ListedRelease): ReleaseRow => {
  const { state, plan } = release;
  return {
    id: release.id,
    service: release.service.slug,
    serviceName: release.service.name,
    environment: release.environment.slug,
    version: release.version.version,
    baselineVersion: release.baseline?.version ?? null,
    state: state.phase,
    outcome: state.outcome,
    headline: headlineOf(state, plan, namesOf(release), release.verdict),
    stateVersion: release.stateVersion,
    startedAt: release.createdAt.toISOString(),
    startedBy: release.startedBy,
    reason: release.reason,
    emergency: state.governance?.emergency === true,
    finishedAt: release.finishedAt?.toISOString() ?? null,
    planName: plan.name,
    stageIndex: state.stageIndex,
    stageCount: plan.stages.length,
    stageName: plan.stages[state.stageIndex]?.name ?? null,
    share: percent(exposureBasisPoints(state)),
    needs: needsOf(state, plan),
  };
};
