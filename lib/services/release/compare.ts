import {
  type ComparedRelease,
  type ReleaseComparison,
  releaseCompareQuerySchema,
} from '../../contract/compare.ts';
import { listEvents, type StoredEvent } from '../../data/release-events.ts';
import { type ReleaseOrigin, readReleaseOrigin } from '../../data/views/release-origin.ts';
import { type ReleaseSnapshot, readReleaseSnapshot } from '../../data/views/release-snapshot.ts';
import { documentChanges } from '../../domain/release/document-changes.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { releaseView } from './view.ts';

/** More acts of people than this are not told. */
const EVENTS_MAX = 5_000;

/** Two releases side by side, of whatever service. Throws `invalid` by field for an id that is none, or both the same. */
export const compareReleases = async (ctx: Context, input: unknown): Promise<ReleaseComparison> => {
  authorize(ctx.actor, 'release:read');
  const { a, b } = releaseCompareQuerySchema.parse(input);
  if (a === b) throw invalid('b', 'this is the same release as a; name another one');
  const [first, second] = await Promise.all([load(ctx, 'a', a), load(ctx, 'b', b)]);
  return {
    a: comparedOf(ctx, first),
    b: comparedOf(ctx, second),
    planChanges: documentChanges(first.origin.planDocument, second.origin.planDocument),
  };
};

type Loaded = { snapshot: ReleaseSnapshot; origin: ReleaseOrigin; events: StoredEvent[] };

const load = async ({ db }: Context, field: string, id: string): Promise<Loaded> => {
  const snapshot = await readReleaseSnapshot(db.pool, id);
  if (!snapshot) throw invalid(field, `there is no release ${id}; take an id from the list of releases`);
  const [origin, events] = await Promise.all([
    readReleaseOrigin(db.pool, id),
    listEvents(db.pool, id, 0, EVENTS_MAX),
  ]);
  return { snapshot, origin, events };
};

const comparedOf = (ctx: Context, { snapshot, origin, events }: Loaded): ComparedRelease => {
  const view = releaseView(snapshot, ctx.actor, ctx.now());
  return {
    id: view.id,
    service: view.service,
    serviceName: view.serviceName,
    environment: view.environment,
    environmentName: view.environmentName,
    version: view.version,
    digest: view.versionDigest,
    commit: origin.commit,
    configVersion: origin.configVersion,
    baselineVersion: view.baselineVersion,
    plan: { name: view.plan.name, revision: view.plan.revision },
    state: view.state,
    outcome: view.outcome,
    headline: view.headline,
    reason: view.reason,
    startedAt: view.startedAt,
    finishedAt: view.finishedAt,
    durationSeconds: secondsBetween(view.startedAt, view.finishedAt),
    canaryStartedAt: view.stages[0]?.startedAt ?? null,
    requests: snapshot.canaryRequests,
    badRequests: view.exposure.badRequests,
    people: peopleOf(events),
    stages: view.stages.map((stage) => ({
      name: stage.name,
      share: stage.share,
      gate: stage.gate,
      startedAt: stage.startedAt,
      confirmedAfterSeconds: secondsBetween(stage.startedAt, stage.confirmedAt),
      durationSeconds: secondsBetween(stage.startedAt, stage.endedAt),
    })),
    verdict: view.verdict,
  };
};

const secondsBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1_000;

const peopleOf = (events: readonly StoredEvent[]): ComparedRelease['people'] => {
  const people = new Map<string, Set<string>>();
  for (const { event } of events) {
    if (event.actor.kind !== 'person' && event.actor.kind !== 'token') continue;
    const did = people.get(event.actor.name) ?? new Set<string>();
    people.set(event.actor.name, did.add(event.type === 'created' ? 'start' : event.type));
  }
  return [...people].map(([name, did]) => ({ name, did: [...did] }));
};

const invalid = (path: string, message: string): ServiceError =>
  new ServiceError('invalid', `${path}: ${message}.`, { errors: [{ path, message }] });
