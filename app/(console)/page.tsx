import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { NowPage } from '#components/now/now-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { finishedReleasesQuery } from '#lib/client/queries.ts';
import { listReleases } from '#lib/services/release/list.ts';
import { fill } from '../fill.ts';

export const metadata: Metadata = { title: 'Now' };

export default async function Page() {
  const ctx = await pageContext();
  const queries = await fill([
    finishedReleasesQuery(),
    () => listReleases(ctx, { state: 'finished', limit: 20 }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <NowPage />
    </HydrationBoundary>
  );
}
