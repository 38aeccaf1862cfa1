import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { EnvironmentsPage } from '#components/environments/environments-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { environmentsQuery, freezesQuery, versionMatrixQuery } from '#lib/client/queries.ts';
import { listEnvironments } from '#lib/services/environment/list.ts';
import { listFreezes } from '#lib/services/freeze/list.ts';
import { versionMatrix } from '#lib/services/version/matrix.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Environments' };

export default async function Page() {
  const ctx = await pageContext();
  const queries = await fill(
    [environmentsQuery(), () => listEnvironments(ctx)],
    [freezesQuery(), () => listFreezes(ctx)],
    [versionMatrixQuery(), () => versionMatrix(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <EnvironmentsPage />
    </HydrationBoundary>
  );
}
