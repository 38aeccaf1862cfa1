import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { periodFiltersOf } from '#components/reviews/periods.ts';
import { PeriodsPage } from '#components/reviews/periods-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { servicesQuery } from '#lib/client/queries.ts';
import { reviewQuery } from '#lib/client/retrospective-queries.ts';
import { getReview } from '#lib/services/review/get.ts';
import { listServices } from '#lib/services/service/list.ts';
import { fill } from '../../../fill.ts';

export const metadata: Metadata = { title: 'Review of a period' };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageContext(), searchParams]);
  const filters = periodFiltersOf((name) => {
    const value = search[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  });
  const queries = await fill(
    [reviewQuery(filters), () => getReview(ctx, filters)],
    [servicesQuery(), () => listServices(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <PeriodsPage />
    </HydrationBoundary>
  );
}
