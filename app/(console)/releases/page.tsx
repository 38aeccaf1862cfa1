import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { filtersOf } from '#components/releases/filters.ts';
import { ReleasesPage } from '#components/releases/releases-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { environmentsQuery, plansQuery, releasesQuery, servicesQuery } from '#lib/client/queries.ts';
import { listEnvironments } from '#lib/services/environment/list.ts';
import { listPlans } from '#lib/services/plan/list.ts';
import { listReleases } from '#lib/services/release/list.ts';
import { listServices } from '#lib/services/service/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Releases' };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageContext(), searchParams]);
  const filters = filtersOf((name) => {
    const value = search[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  });
  const queries = await fill(
    [releasesQuery(filters), () => listReleases(ctx, filters)],
    [servicesQuery(), () => listServices(ctx)],
    [environmentsQuery(), () => listEnvironments(ctx)],
    [plansQuery(), () => listPlans(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ReleasesPage />
    </HydrationBoundary>
  );
}
