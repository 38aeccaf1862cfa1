import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { makeQueryClient } from '#lib/client/query-client.ts';

/** A query of the console, and the verb that answers it without a detour over HTTP. */
type Filling<T> = [query: { queryKey: QueryKey; queryFn?: unknown }, answer: () => Promise<T>];

/** A cache for the first paint. Throws what a verb throws, so that "not found" stays a page of its own. */
export const fill = async (...fillings: Filling<unknown>[]): Promise<QueryClient> => {
  const queries = makeQueryClient();
  await Promise.all(
    fillings.map(async ([{ queryKey }, answer]) => queries.setQueryData(queryKey, await answer())),
  );
  return queries;
};
