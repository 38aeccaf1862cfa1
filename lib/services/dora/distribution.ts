import { type DoraDistribution, doraDistributionQuerySchema } from '../../contract/dora-distribution.ts';
import { readDeliveryFacts, readDeploymentFacts } from '../../data/dora/read-facts.ts';
import { bucketsOf, LEAD_TIME_ENDS, RECOVERY_ENDS } from '../../domain/dora/buckets.ts';
import { calendarOf, dayText } from '../../domain/dora/local-days.ts';
import { percentile } from '../../domain/dora/statistics.ts';
import { leadSecondsOf } from '../../domain/dora/summary.ts';
import { authorize, type Context } from '../context.ts';
import { scopeOf } from './scope.ts';

/** How the lead times or recoveries that a window counts lie: the same samples as in its medians. */
export const getDoraDistribution = async (ctx: Context, input: unknown): Promise<DoraDistribution> => {
  authorize(ctx.actor, 'release:read');
  const { metric, ...asked } = doraDistributionQuerySchema.parse(input);
  const { settings, window, services } = await scopeOf(ctx, asked);
  const { startOf } = calendarOf(settings.timezone);
  const span = { start: startOf(window.from), end: startOf(window.to) };
  const seconds = await SAMPLES[metric](ctx, services, span);
  return {
    metric,
    from: dayText(window.from),
    to: dayText(window.to),
    n: seconds.length,
    median_s: percentile(
      seconds.toSorted((a, b) => a - b),
      0.5,
    ),
    buckets: bucketsOf(seconds, metric === 'lead-time' ? LEAD_TIME_ENDS : RECOVERY_ENDS),
  };
};

type Span = { start: number; end: number };
type Samples = (ctx: Context, services: readonly string[] | undefined, span: Span) => Promise<number[]>;

/** Commits that were written after their deployment are left out, as in the median. */
const leadTimes: Samples = async (ctx, services, span) =>
  (await readDeliveryFacts(ctx.db.pool, { services, span }))
    .filter(({ deliveredAt }) => deliveredAt !== null)
    .map(leadSecondsOf)
    .filter((seconds) => seconds >= 0);

const recoveries: Samples = async (ctx, services, span) =>
  (await readDeploymentFacts(ctx.db.pool, { services, span })).flatMap(({ recovery }) =>
    recovery?.end != null && recovery.end >= span.start && recovery.end < span.end
      ? [(recovery.end - recovery.start) / 1_000]
      : [],
  );

const SAMPLES = { 'lead-time': leadTimes, recovery: recoveries } as const;
