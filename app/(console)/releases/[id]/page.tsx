import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ReleasePage } from '#components/release/release-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { releaseEventsQuery, releaseQuery, releaseSamplesQuery } from '#lib/client/queries.ts';
import { ServiceError } from '#lib/services/errors.ts';
import { listReleaseEvents } from '#lib/services/release/events.ts';
import { getRelease } from '#lib/services/release/get.ts';
import { readReleaseSamples } from '#lib/services/release/samples.ts';
import { fill } from '../../../fill.ts';

type Props = { params: Promise<{ id: string }> };

/** Title and page ask for the same release; one read answers both. */
const read = cache(async (id: string) => {
  const ctx = await pageContext();
  try {
    return { ctx, release: await getRelease(ctx, { id }) };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not-found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { release } = await read((await params).id);
  return { title: release.headline };
}

export default async function Page({ params }: Props) {
  const { id } = await params;
  const { ctx, release } = await read(id);
  const queries = await fill(
    [releaseQuery(id), async () => release],
    [releaseEventsQuery(id), () => listReleaseEvents(ctx, { id })],
    [releaseSamplesQuery(id), () => readReleaseSamples(ctx, { id })],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ReleasePage id={id} />
    </HydrationBoundary>
  );
}
