import type { z } from 'zod';
import { type ReviewRelease, type ReviewView, reviewQuerySchema } from '../../contract/review.ts';
import { type Days, periodActionItems, periodReleases } from '../../data/views/period.ts';
import { type PeriodRelease, periodFold } from '../../domain/retrospective/period.ts';
import { authorize, type Context } from '../context.ts';

/** So many of each kind are listed; beyond that the CSV file has them all. */
const LISTED = 200;

/** What a span of days says: shipped, stopped and where, waits, factors, detections, action items. */
export const getReview = async (
  ctx: Context,
  input: z.input<typeof reviewQuerySchema> = {},
): Promise<ReviewView> => {
  authorize(ctx.actor, 'release:read');
  const days = daysOf(reviewQuerySchema.parse(input), ctx.now());
  const fold = periodFold();
  const shipped: PeriodRelease[] = [];
  const stops: PeriodRelease[] = [];
  for await (const release of periodReleases(ctx.db.pool, days)) {
    fold.add(release);
    const list = release.outcome === 'released' ? shipped : stops;
    list.push(release);
    if (list.length > LISTED) list.shift();
  }
  const { celebrations, ...summary } = fold.summary();
  return {
    ...days,
    ...summary,
    celebrations: celebrations.map(reviewReleaseView),
    actionItems: await periodActionItems(ctx.db.pool, days, new Date(ctx.now())),
    shipped: shipped.reverse().map(reviewReleaseView),
    stops: stops.reverse().map(reviewReleaseView),
  };
};

type Asked = z.output<typeof reviewQuerySchema>;

/** What is left out is the month of `now` in the zone. */
export const daysOf = ({ from, to, zone, service }: Asked, now: number): Days => {
  const [year = '', month = ''] = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
    .format(now)
    .split('-');
  const first = from ?? `${(to ?? `${year}-${month}`).slice(0, 7)}-01`;
  return { from: first, to: to ?? lastDayOf(first), zone, service: service ?? null };
};

const lastDayOf = (day: string): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).toISOString().slice(0, 10);

export const reviewReleaseView = ({ waits: _, ...release }: PeriodRelease): ReviewRelease => ({
  ...release,
  tags: [...release.tags],
  startedAt: new Date(release.startedAt).toISOString(),
  finishedAt: new Date(release.finishedAt).toISOString(),
  stoppedAt: release.stoppedAt && {
    index: release.stoppedAt.index,
    name: release.stoppedAt.name,
    share: release.stoppedAt.shareBasisPoints / 100,
  },
});
