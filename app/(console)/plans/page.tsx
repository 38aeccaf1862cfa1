import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { PlansPage } from '#components/plans/plans-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { plansQuery } from '#lib/client/queries.ts';
import { listPlans } from '#lib/services/plan/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Plans' };

export default async function Page() {
  const ctx = await pageContext();
  const queries = await fill([plansQuery(), () => listPlans(ctx)]);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <PlansPage />
    </HydrationBoundary>
  );
}
