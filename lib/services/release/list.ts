import { type ReleaseRow, releaseListQuerySchema } from '../../contract/release.ts';
import { type ListedRelease, listReleaseRows } from '../../data/views/release-list.ts';
import { exposureBasisPoints } from '../../domain/release/exposure.ts';
import { headlineOf, needsOf } from '../../domain/release/headline.ts';
import { authorize, type Context } from '../context.ts';
import { namesOf, percent } from './view.ts';

/** A page of releases, newest first. Every filter is optional; `cursor` comes from the page before. */
export const listReleases = async (
  ctx: Context,
  input: unknown,
): Promise<{ items: ReleaseRow[]; next: string | null }> => {
  authorize(ctx.actor, 'release:read');
  const page = await listReleaseRows(ctx.db.pool, releaseListQuerySchema.parse(input));
  return { items: page.items.map(rowOf), next: page.next };
};

const rowOf = (release: ListedRelease): ReleaseRow => {
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
    finishedAt: release.finishedAt?.toISOString() ?? null,
    planName: plan.name,
    stageIndex: state.stageIndex,
    stageCount: plan.stages.length,
    stageName: plan.stages[state.stageIndex]?.name ?? null,
    share: percent(exposureBasisPoints(state)),
    needs: needsOf(state, plan),
  };
};
