import type { z } from 'zod';
import { type ReviewRelease, reviewExportQuerySchema } from '../../contract/review.ts';
import { periodReleases } from '../../data/views/period.ts';
import { authorize, type Context } from '../context.ts';
import { csvLine } from '../release/csv.ts';
import { daysOf, getReview, reviewReleaseView } from './get.ts';
import { reviewMarkdown } from './markdown.ts';

export type ReviewFile = { name: string; type: string; chunks: AsyncIterable<string> };

/** The review as Markdown, or every finished release of its days as one line of a CSV file. */
export const exportReview = async (
  ctx: Context,
  input: z.input<typeof reviewExportQuerySchema>,
): Promise<ReviewFile> => {
  authorize(ctx.actor, 'release:read');
  const { format, ...asked } = reviewExportQuerySchema.parse(input);
  const days = daysOf(asked, ctx.now());
  const name = `review-${days.from}-${days.to}${days.service ? `-${days.service}` : ''}.${format}`;
  if (format === 'csv') return { name, type: 'text/csv; charset=utf-8', chunks: linesOf(ctx, days) };
  const text = reviewMarkdown(await getReview(ctx, asked));
  return { name, type: 'text/markdown; charset=utf-8', chunks: once(text) };
};

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

const COLUMNS: Record<string, (release: ReviewRelease) => string | number | null> = {
  release: ({ id }) => id,
  service: ({ service }) => service,
  environment: ({ environmentName }) => environmentName,
  version: ({ version }) => version,
  outcome: ({ outcome }) => outcome,
  started_at: ({ startedAt }) => startedAt,
  finished_at: ({ finishedAt }) => finishedAt,
  stopped_at_stage: ({ stoppedAt }) => stoppedAt?.name ?? null,
  stopped_at_share: ({ stoppedAt }) => stoppedAt?.share ?? null,
  seconds_to_detect: ({ secondsToDetect }) => secondsToDetect,
  seconds_to_recover: ({ secondsToRecover }) => secondsToRecover,
  failed_requests: ({ failedRequests }) => failedRequests,
  harm_avoided_requests: ({ harmAvoidedRequests }) => harmAvoidedRequests,
  false_alarm: ({ falseAlarm }) => falseAlarm,
  factors: ({ tags }) => tags.join(' '),
};

async function* linesOf(ctx: Context, days: ReturnType<typeof daysOf>): AsyncGenerator<string> {
  yield csvLine(Object.keys(COLUMNS));
  for await (const release of periodReleases(ctx.db.pool, days)) {
    const view = reviewReleaseView(release);
    yield csvLine(Object.values(COLUMNS).map((of) => of(view)));
  }
}
