import type { RetrospectiveFilters } from '#lib/client/retrospective-queries.ts';
import { retrospectiveListQuerySchema } from '#lib/contract/retrospective.ts';

const NAMES = ['service', 'status', 'outcome', 'cursor'] as const;
export type ReviewFilterName = (typeof NAMES)[number];

/** Filters from the address; a value the API would refuse is left out, so that an old link still opens. */
export const reviewFiltersOf = (read: (name: string) => string | null): RetrospectiveFilters => {
  const filters: Record<string, string> = {};
  for (const name of NAMES) {
    const value = read(name);
    if (value && retrospectiveListQuerySchema.shape[name].safeParse(value).success) filters[name] = value;
  }
  return filters as RetrospectiveFilters;
};
