import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { ServicesPage } from '#components/services/services-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { environmentsQuery, servicesQuery } from '#lib/client/queries.ts';
import { listEnvironments } from '#lib/services/environment/list.ts';
import { listServices } from '#lib/services/service/list.ts';
import { fill } from '../../fill.ts';

export const metadata: Metadata = { title: 'Services' };

export default async function Page() {
  const ctx = await pageContext();
  const queries = await fill(
    [servicesQuery(), () => listServices(ctx)],
    [environmentsQuery(), () => listEnvironments(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ServicesPage />
    </HydrationBoundary>
  );
}
