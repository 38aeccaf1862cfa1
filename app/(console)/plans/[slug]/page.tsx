import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PlanPage } from '#components/plans/plan-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { planQuery } from '#lib/client/queries.ts';
import { ServiceError } from '#lib/services/errors.ts';
import { getPlan } from '#lib/services/plan/get.ts';
import { fill } from '../../../fill.ts';

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Plan ${(await params).slug}` };
}

export default async function Page({ params }: Props) {
  const [ctx, { slug }] = await Promise.all([pageContext(), params]);
  const queries = await fill([planQuery(slug), () => getPlan(ctx, { slug })]).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === 'not-found') notFound();
    throw error;
  });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <PlanPage name={slug} />
    </HydrationBoundary>
  );
}
