import type { Queryable } from '../../data/database.ts';
import { listEvents } from '../../data/release-events.ts';
import { loadRelease } from '../../data/releases.ts';
import { readAccounts, readCommits, readTraffic } from '../../data/retrospective-facts.ts';
import type { RetrospectiveFacts } from '../../domain/retrospective/facts.ts';

/** More events than any release has; what is beyond would be a fault elsewhere. */
const EVENTS_MAX = 20_000;

/** Everything recorded about a release; null when there is none, or when it has not finished. */
export const gatherFacts = async (
  client: Queryable,
  releaseId: string,
): Promise<RetrospectiveFacts | null> => {
  const release = await loadRelease(client, releaseId);
  const outcome = release?.state.outcome;
  if (!release || !outcome || !release.finishedAt) return null;
  const { state, plan, finishedAt } = release;
  const from = state.passed[0]?.startedAt ?? state.stageStartedAt;
  const events = await listEvents(client, releaseId, 0, EVENTS_MAX);
  return {
    release: {
      id: release.id,
      service: { slug: release.service.slug, name: release.service.name },
      environment: { slug: release.environment.slug, name: release.environment.name },
      version: release.version.version,
      baselineVersion: release.baseline?.version ?? null,
      planRevision: release.planRevision.revision,
      reason: release.reason,
      createdAt: release.createdAt.getTime(),
      finishedAt: finishedAt.getTime(),
    },
    plan,
    state: { ...state, outcome },
    events: events.map(({ sequence, at, event }) => ({ sequence, at, event })),
    traffic: from === null ? null : await readTraffic(client, releaseId, { from, to: finishedAt.getTime() }),
    // No metric source counts people yet; the draft says so instead of guessing.
    people: null,
    accounts: await readAccounts(client),
    // Incidents are opened and linked after the end as well; readers get them as they are then.
    incidents: [],
    commits: await readCommits(client, releaseId),
  };
};
