/** A stored release judged once more, under its own policy or another one. */
import { setImmediate } from 'node:timers/promises';
import { idSchema } from '../../contract/primitives.ts';
import { loadJudgement } from '../../data/engine.ts';
import { readJudgedIntervals } from '../../data/judged-intervals.ts';
import type { AnalysisPolicy, Interval, MetricDefinition } from '../../domain/analysis/contract.ts';
import { type Counted, noneCounted } from '../../domain/analysis/counted.ts';
import { type Look, type Rerun, rerunAnalysis } from '../../domain/analysis/rerun.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

type Found = NonNullable<Awaited<ReturnType<typeof loadJudgement>>>;

/** What a rerun stands on. `until` is the end of what the live analysis saw, by target, milliseconds. */
export type Judged = {
  release: Found['release'];
  metrics: MetricDefinition[];
  startedAt: number;
  until: Record<string, number>;
  end: number;
};

/** Throws `not-found` for an unknown release and `refused` for one that was never judged. */
export const loadJudged = async (ctx: Context, id: string): Promise<Judged> => {
  const found = idSchema.safeParse(id).success ? await loadJudgement(ctx.db.pool, id) : null;
  if (!found) throw new ServiceError('not-found', `There is no release ${id}.`);
  const { release, metrics, judgement } = found;
  const until = judgement?.judgedUntil ?? {};
  const ends = Object.values(until);
  if (!judgement || ends.length === 0)
    throw new ServiceError(
      'refused',
      'Nothing of this release was judged yet: wait until its canary gets traffic and reports it.',
      { reason: 'not-judged' },
    );
  return {
    release,
    metrics: declaredThen(
      metrics,
      judgement.analysis.metrics.map(({ definition }) => definition),
    ),
    startedAt: judgement.analysis.startedAt,
    until,
    end: Math.max(...ends),
  };
};

export type RerunResult = { counted: Counted; note: string | null };

/** Judges what the live analysis saw. The looks of all `policies` come side by side, with the policy's place in the list. */
export const rerunRelease = async (
  ctx: Context,
  judged: Judged,
  policies: readonly AnalysisPolicy[],
  onLook: (look: Look, policy: number) => void,
): Promise<RerunResult> => {
  const { metrics, startedAt, end } = judged;
  const reruns = policies.map((policy) => rerunAnalysis(policy, metrics, startedAt));
  let seen = 0;
  let first: number | null = null;
  for await (const interval of seenIntervals(ctx, judged)) {
    if (interval.at > startedAt) first ??= interval.at - interval.seconds * 1_000;
    for (const [place, rerun] of reruns.entries())
      for (const look of rerun.take(interval)) onLook(look, place);
    seen += 1;
    if (seen >= INTERVALS_MAX) break;
    // Others are answered in between: a long release is thousands of intervals.
    if (seen % BREATH === 0) await setImmediate();
  }
  const cut = seen >= INTERVALS_MAX;
  for (const [place, rerun] of reruns.entries())
    for (const look of cut ? [] : rerun.finish(end)) onLook(look, place);
  return { counted: countedBy(reruns), note: noteOf(cut, first, startedAt) };
};

const INTERVALS_MAX = 200_000;
const BREATH = 100;
/** A first interval later than this after the start means that older ones are gone. */
const GAP_MS_MAX = 120_000;

const countedBy = (reruns: Rerun[]): Counted => reruns[0]?.counted() ?? noneCounted;

const noteOf = (cut: boolean, first: number | null, startedAt: number): string | null => {
  if (first === null) return 'The measurements of this release are no longer kept.';
  if (cut) return 'The release is too long to be judged again to its end; this is its beginning.';
  return first - startedAt > GAP_MS_MAX
    ? 'The measurements of the beginning are missing or no longer kept; what follows stands on the rest.'
    : null;
};

/** The intervals as the engine fed them: by time, named by cluster, up to what it had seen of each target. */
async function* seenIntervals(
  ctx: Context,
  { release, startedAt, until }: Judged,
): AsyncGenerator<Interval, void, undefined> {
  const source = {
    id: release.id,
    startedAt,
    over: release.state.outcome !== null,
    targets: release.state.targets.filter(({ id }) => until[id] !== undefined),
  };
  const read: Record<string, number> = {};
  for (;;) {
    const { intervals } = await readJudgedIntervals(ctx.db.pool, source, read);
    const seen = intervals.filter(({ targetId, interval }) => interval.at <= (until[targetId] ?? 0));
    for (const { targetId, interval } of seen) {
      read[targetId] = interval.at;
      yield interval;
    }
    const open = source.targets.filter(({ id }) => (read[id] ?? 0) < (until[id] ?? 0));
    if (seen.length === 0 || open.length === 0) return;
    source.targets = open;
  }
}

/** The metrics as they were when the release was judged; the service may have changed them since. */
const declaredThen = (now: readonly MetricDefinition[], then: readonly MetricDefinition[]) => {
  const names = new Set(then.map(({ name }) => name));
  return [...then, ...now.filter(({ name }) => !names.has(name))];
};
