/** A release as it was at an earlier moment, from its record and its measurements. */
import { readFacts } from '../../data/chart/facts.ts';
import { listEvents, type StoredEvent } from '../../data/release-events.ts';
import type { ReleaseSnapshot, SnapshotTarget } from '../../data/views/release-snapshot.ts';
import type { Verdict } from '../../domain/analysis/contract.ts';
import type { Look } from '../../domain/analysis/rerun.ts';
import { replay } from '../../domain/release/replay.ts';
import type { TargetState } from '../../domain/release/types.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { loadJudged, rerunRelease } from './rerun.ts';

const EVENTS_MAX = 100_000;

/**
 * `at` in milliseconds. The state is folded from the events until then; the verdict is the newest that was recorded, or
 * what the analysis says when it judges the same measurements again. What the agents reported beside their answers is
 * not recorded and therefore unknown. Throws `invalid` for a time before the first event or in the future.
 */
export const snapshotAt = async (
  ctx: Context,
  snapshot: ReleaseSnapshot,
  at: number,
): Promise<ReleaseSnapshot> => {
  const begin = snapshot.createdAt.getTime();
  if (at < begin)
    throw invalid(`use ${snapshot.createdAt.toISOString()}, when the release was started, or later`);
  if (at > ctx.now()) throw invalid('this is in the future: use a time that has passed');
  const events = (await listEvents(ctx.db.pool, snapshot.id, 0, EVENTS_MAX)).filter(
    (event) => event.at <= at,
  );
  const state = replay(events, snapshot.plan);
  if (!state)
    throw invalid(`use ${snapshot.createdAt.toISOString()}, when the release was started, or later`);
  const finishedAt = state.outcome === null ? null : snapshot.finishedAt;
  const until = Math.min(at, finishedAt?.getTime() ?? at);
  const facts = await readFacts(
    ctx.db.pool,
    { id: snapshot.id, createdAt: snapshot.createdAt, targetIds: snapshot.targets.map(({ id }) => id) },
    until,
  );
  return {
    ...snapshot,
    state,
    stateVersion: events.length,
    finishedAt,
    verdict: await verdictAt(ctx, snapshot, events, until),
    targets: snapshot.targets.map((target) => targetAt(target, state.targets)),
    queries: facts.queries ?? snapshot.queries,
    canaryRequestsPerMinute: facts.requestsPerMinute,
    canaryRequests: facts.canaryRequests,
    canaryErrors: facts.canaryErrors,
    asOf: at,
  };
};

const invalid = (message: string): ServiceError =>
  new ServiceError('invalid', `at: ${message}.`, { errors: [{ path: 'at', message }] });

const verdictAt = async (
  ctx: Context,
  snapshot: ReleaseSnapshot,
  events: readonly StoredEvent[],
  until: number,
): Promise<Verdict | null> => {
  const recorded = events.findLast(({ event }) => 'verdict' in event && event.verdict !== null);
  const look = (await looksOf(ctx, snapshot)).findLast((one) => one.at <= until);
  if (look && look.at > (recorded?.at ?? 0)) return look.verdict;
  return recorded && 'verdict' in recorded.event ? recorded.event.verdict : null;
};

/** Whoever looks at one moment looks at the next, too. */
const RELEASES_MAX = 4;
const known = new Map<string, Promise<Look[]>>();

const looksOf = (ctx: Context, { id, state, stateVersion, plan }: ReleaseSnapshot): Promise<Look[]> => {
  const key = `${id}/${stateVersion}`;
  const cached = known.get(key);
  if (cached) return cached;
  const looks = judgeAgain(ctx, id, plan.analysis);
  // What a running release says of its past grows with every measurement.
  if (state.outcome === null) return looks;
  if (known.size >= RELEASES_MAX) known.clear();
  known.set(key, looks);
  looks.catch(() => known.delete(key));
  return looks;
};

const judgeAgain = async (
  ctx: Context,
  id: string,
  policy: ReleaseSnapshot['plan']['analysis'],
): Promise<Look[]> => {
  const looks: Look[] = [];
  try {
    await rerunRelease(ctx, await loadJudged(ctx, id), [policy], (look) => looks.push(look));
  } catch (error) {
    // One that was never judged has only what its record says.
    if (!(error instanceof ServiceError && error.code === 'refused')) throw error;
  }
  return looks;
};

/** What is on record of a target; the router's own counts of that moment are not. */
const targetAt = (target: SnapshotTarget, then: readonly TargetState[]): SnapshotTarget => {
  const wish = then.find(({ id }) => id === target.id);
  if (!wish) return target;
  const confirmed = wish.confirmed === 'yes';
  return {
    ...target,
    generation: wish.generation,
    wantedBasisPoints: wish.wantedBasisPoints,
    setBasisPoints: confirmed ? wish.wantedBasisPoints : null,
    seenBasisPoints: null,
    seenRequests: 0,
    confirmed: wish.confirmed,
    seenAt: null,
    appliedGeneration: confirmed ? wish.generation : wish.generation - 1,
    sentGeneration: wish.generation,
    connected: wish.connected,
    connectedSince: null,
    problem: wish.failure,
    sourceProblem: null,
  };
};
