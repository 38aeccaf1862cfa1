import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { RetrospectivePage } from '#components/reviews/retrospective-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { releaseQuery } from '#lib/client/queries.ts';
import { retrospectiveQuery } from '#lib/client/retrospective-queries.ts';
import { ServiceError } from '#lib/services/errors.ts';
import { getRelease } from '#lib/services/release/get.ts';
import { getRetrospective } from '#lib/services/retrospective/get.ts';
import { fill } from '../../../fill.ts';

type Props = { params: Promise<{ id: string }> };

/** Title and page ask for the same document; one read answers both. */
const read = cache(async (id: string) => {
  const ctx = await pageContext();
  try {
    return { ctx, view: await getRetrospective(ctx, { id }) };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not-found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { header } = (await read((await params).id)).view;
  return { title: `Retrospective of ${header.serviceName} ${header.version}` };
}

export default async function Page({ params }: Props) {
  const { id } = await params;
  const { ctx, view } = await read(id);
  const queries = await fill(
    [retrospectiveQuery(id), async () => view],
    [releaseQuery(view.releaseId), () => getRelease(ctx, { id: view.releaseId })],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <RetrospectivePage id={id} />
    </HydrationBoundary>
  );
}
