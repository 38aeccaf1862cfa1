import type { ReleaseFilters } from '#lib/client/queries.ts';
import { releaseListQuerySchema } from '#lib/contract/release.ts';

export const FILTER_NAMES = ['service', 'environment', 'state', 'outcome', 'q', 'cursor'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** Rows on one page. */
export const PAGE_SIZE = 50;

/** Filters from the address. A value the API would refuse is left out, so that an old link still opens. */
export const filtersOf = (read: (name: string) => string | null): ReleaseFilters => {
  const filters: Record<string, unknown> = { limit: PAGE_SIZE };
  for (const name of FILTER_NAMES) {
    const value = read(name);
    if (value && releaseListQuerySchema.shape[name].safeParse(value).success) filters[name] = value;
  }
  return releaseListQuerySchema.partial().parse(filters);
};

/** The address's parameters after one filter changed; a changed filter starts at the first page again. */
export const withFilter = (filters: ReleaseFilters, name: FilterName, value: string | null) => {
  const { limit: _limit, cursor: _cursor, ...kept } = filters;
  return { ...kept, [name]: value ?? undefined } as Record<string, string | undefined>;
};

export const isFiltered = ({ limit: _limit, cursor: _cursor, ...filters }: ReleaseFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
