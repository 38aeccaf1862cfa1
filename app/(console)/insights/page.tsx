import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { filtersOf } from '#components/insights/filters.ts';
import { InsightsPage } from '#components/insights/insights-page.tsx';
import { scopeOf } from '#components/insights/scope.ts';
import { pageContext } from '#lib/auth/page-context.ts';
import { doraQuery, doraSettingsQuery, incidentsQuery } from '#lib/client/insight-queries.ts';
import { getDora } from '#lib/services/dora/answer.ts';
import { getDoraSettings } from '#lib/services/dora/settings.ts';
import { listIncidents } from '#lib/services/incident/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Insights' };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageContext(), searchParams]);
  const filters = filtersOf((name) => {
    const value = search[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  });
  const settings = await getDoraSettings(ctx);
  const now = ctx.now();
  const scope = scopeOf(filters, settings.timezone, now);
  const queries = await fill(
    [doraSettingsQuery(), async () => settings],
    [doraQuery(scope), () => getDora(ctx, { ...scope, details: 'false' })],
    [
      incidentsQuery(filters.service),
      () => listIncidents(ctx, { limit: 50, service: filters.service ?? undefined }),
    ],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <InsightsPage now={now} />
    </HydrationBoundary>
  );
}
