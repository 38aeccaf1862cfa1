import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { ComparePage } from '#components/compare/compare-page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { releaseCompareQuery } from '#lib/client/queries.ts';
import { makeQueryClient } from '#lib/client/query-client.ts';
import { ServiceError } from '#lib/services/errors.ts';
import { compareReleases } from '#lib/services/release/compare.ts';

export const metadata: Metadata = { title: 'Compare releases' };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageContext(), searchParams]);
  const [a, b] = [textOf(search.a), textOf(search.b)];
  const queries = makeQueryClient();
  if (a !== '' && b !== '')
    await compareReleases(ctx, { a, b }).then(
      (compared) => queries.setQueryData(releaseCompareQuery(a, b).queryKey, compared),
      leaveToBrowser,
    );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ComparePage />
    </HydrationBoundary>
  );
}

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? '') : (value ?? '');

/** What is wrong with the address is shown on the page, which asks again. */
const leaveToBrowser = (error: unknown): void => {
  if (error instanceof ServiceError || (error instanceof Error && error.name === 'ZodError')) return;
  throw error;
};
