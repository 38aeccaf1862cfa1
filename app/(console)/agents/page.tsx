import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { AgentsPage } from '#components/agents/agents-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { clustersQuery, environmentsQuery } from '#lib/client/queries.ts';
import { listClusters } from '#lib/services/cluster/list.ts';
import { listEnvironments } from '#lib/services/environment/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Agents' };

export default async function Page() {
  const ctx = await pageContext();
  const queries = await fill(
    [clustersQuery(), () => listClusters(ctx)],
    [environmentsQuery(), () => listEnvironments(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <AgentsPage />
    </HydrationBoundary>
  );
}
