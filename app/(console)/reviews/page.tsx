import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { reviewFiltersOf } from '#components/reviews/filters.ts';
import { overdueOf } from '#components/reviews/overdue.ts';
import { ReviewsPage } from '#components/reviews/reviews-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { servicesQuery } from '#lib/client/queries.ts';
import { actionItemsQuery, retrospectivesQuery } from '#lib/client/retrospective-queries.ts';
import { listActionItems } from '#lib/services/action-item/list.ts';
import { listRetrospectives } from '#lib/services/retrospective/list.ts';
import { listServices } from '#lib/services/service/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Reviews' };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageContext(), searchParams]);
  const filters = reviewFiltersOf((name) => {
    const value = search[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  });
  const overdue = overdueOf(filters.service);
  const queries = await fill(
    [retrospectivesQuery(filters), () => listRetrospectives(ctx, filters)],
    [actionItemsQuery(overdue), () => listActionItems(ctx, overdue)],
    [servicesQuery(), () => listServices(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ReviewsPage />
    </HydrationBoundary>
  );
}
