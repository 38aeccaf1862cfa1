/**
 * One look at one running release: who is in contact, what the newest measurements say, what is due. Safe to repeat
 * and to interrupt anywhere: the analysis is stored with the last interval it has seen, and every change goes through
 * `transition`.
 */

import { connectivityOf, notSeenSince } from '../data/agent-sessions.ts';
import { readFreezeWindows } from '../data/config/freezes.ts';
import type { Database } from '../data/database.ts';
import { loadJudgement, saveJudgement } from '../data/engine.ts';
import { readJudgedIntervals } from '../data/judged-intervals.ts';
import type { Verdict } from '../domain/analysis/contract.ts';
import { type AnalysisState, judge, observeOwned, startAnalysis } from '../domain/analysis/index.ts';
import { nextFreezeChangeAt } from '../domain/policy/freeze-fact.ts';
import { dueEvent, ENGINE, nextDueAt } from '../domain/release/gates.ts';
import type { ReleaseEvent, ReleaseState } from '../domain/release/types.ts';
import { dueFact } from '../services/release/due-fact.ts';
import { transition } from '../services/release/transition.ts';

/** `startedAt`: when this process began to look, milliseconds; agents get time to come back after that. */
export type StepDeps = { db: Database; now: () => number; startedAt: number };

/** After a restart of the server an agent is not called lost before it had this long to come back. */
const RETURN_MS_MAX = 300_000;

/** Moments at which several things become due at once are rare; more than this many in one look is a fault. */
const EVENTS_MAX = 8;

/** Looks at a release once. Answers when it wants to be looked at again, milliseconds; null when never. */
export const stepRelease = async (deps: StepDeps, releaseId: string): Promise<number | null> => {
  const { db, now } = deps;
  const found = await loadJudgement(db.pool, releaseId);
  if (!found || found.release.state.outcome !== null) return null;
  const { release } = found;
  let state = release.state;
  const offer = async (
    make: (current: ReleaseState) => ReleaseEvent | null,
    facts = false,
  ): Promise<boolean> => {
    const result = await transition(db, {
      releaseId,
      now: now(),
      requestId: null,
      event: (loaded) => make(loaded.state),
      ...(facts ? { fact: (client, loaded) => dueFact(client, loaded, now()) } : {}),
    });
    const changed = result.kind === 'done' || result.kind === 'noted';
    if (changed) state = result.state;
    return changed;
  };

  for (const event of await contactEvents(deps, state)) await offer(() => event);
  const judged = await judgeNew(deps, found);
  if (judged && judged.verdict.decision !== state.lastDecision)
    await offer(() => ({ type: 'verdict', actor: ENGINE, verdict: judged.verdict }));
  const verdict = judged?.verdict ?? null;
  for (let count = 0; count < EVENTS_MAX; count++)
    if (!(await offer((current) => dueEvent(current, release.plan, verdict, now()), true))) break;
  if (judged?.more && state.outcome === null) return now();
  const dueAt = earliest(
    nextDueAt(state, release.plan, now()),
    nextFreezeChangeAt(state, await readFreezeWindows(db.pool), placeOf(release), now()),
  );
  return nextLook(state, release.plan.analysis.everySeconds, dueAt, now());
};

const placeOf = ({ service, environment }: Judgement['release']) => ({
  service: service.slug,
  environment: environment.slug,
});

const earliest = (...moments: (number | null)[]): number | null => {
  const known = moments.filter((moment) => moment !== null);
  return known.length > 0 ? Math.min(...known) : null;
};

const contactEvents = async (
  { db, now, startedAt }: StepDeps,
  state: ReleaseState,
): Promise<ReleaseEvent[]> => {
  const ids = state.targets.map((target) => target.id);
  const connected = await connectivityOf(db.pool, ids);
  const missing = state.targets
    .filter((target) => target.connected && !connected.has(target.id))
    .map((target) => target.id);
  const returning =
    missing.length > 0 && now() - startedAt < RETURN_MS_MAX
      ? await notSeenSince(db.pool, missing, startedAt)
      : new Set<string>();
  const lost = missing.filter((id) => !returning.has(id));
  const back = state.targets
    .filter((target) => !target.connected && connected.has(target.id))
    .map((target) => target.id);
  return [
    ...(lost.length > 0 ? [{ type: 'agent-lost', actor: ENGINE, targetIds: lost } as const] : []),
    ...(back.length > 0 ? [{ type: 'agent-back', actor: ENGINE, targetIds: back } as const] : []),
  ];
};

type Judgement = NonNullable<Awaited<ReturnType<typeof loadJudgement>>>;

/**
 * Feeds the intervals since the last look to the analysis, at first those of the baseline before the release, and
 * stores where it stands; null before there is exposure. `more`: there were too many for one look.
 */
const judgeNew = async (
  { db, now }: StepDeps,
  { release, metrics, judgement }: Judgement,
): Promise<{ verdict: Verdict; more: boolean } | null> => {
  const { state, plan } = release;
  const started = state.passed[0]?.startedAt ?? state.stageStartedAt;
  if (started === null || (state.phase !== 'running' && state.phase !== 'paused')) return null;
  const analysis: AnalysisState = judgement?.analysis ?? startAnalysis(plan.analysis, metrics, started);
  // One cursor for each target: clusters report at their own pace, and what comes late from one must still count.
  const judgedUntil: Record<string, number> = { ...judgement?.judgedUntil };
  const judged = { id: release.id, startedAt: started, targets: state.targets };
  const { intervals, more } = await readJudgedIntervals(db.pool, judged, judgedUntil);
  // Nobody else holds what was just read from the store.
  observeOwned(
    analysis,
    intervals.map(({ interval }) => interval),
  );
  for (const { targetId, interval } of intervals)
    judgedUntil[targetId] = Math.max(judgedUntil[targetId] ?? 0, interval.at);
  const verdict = judge(analysis, now());
  await saveJudgement(db.pool, { releaseId: release.id, analysis, verdict, judgedUntil });
  return { verdict, more };
};

const nextLook = (
  state: ReleaseState,
  everySeconds: number,
  dueAt: number | null,
  now: number,
): number | null => {
  if (state.outcome !== null || state.phase === 'pending') return dueAt;
  const regular = now + everySeconds * 1_000;
  return dueAt === null ? regular : Math.min(dueAt, regular);
};
