import type { ReleaseFilters } from '#lib/client/queries.ts';
import { releaseListQuerySchema } from '#lib/contract/release.ts';

export const FILTER_NAMES = [
  'q',
  'service',
  'environment',
  'state',
  'outcome',
  'person',
  'version',
  'plan',
  'from',
  'to',
  'cursor',
] as const;
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

/** The filters alone, as an address takes them: a search that somebody may keep or send on. */
export const searchOf = ({ limit: _limit, cursor: _cursor, ...kept }: ReleaseFilters) =>
  kept as Record<string, string | undefined>;

/** The address's parameters after one filter changed; a changed filter starts at the first page again. */
export const withFilter = (filters: ReleaseFilters, name: FilterName, value: string | null) => {
  return { ...searchOf(filters), [name]: value ?? undefined };
};

/** Filters that most looks do without. */
export const MORE_NAMES = [
  'person',
  'version',
  'plan',
  'from',
  'to',
] as const satisfies readonly FilterName[];

export const isFiltered = ({ limit: _limit, cursor: _cursor, ...filters }: ReleaseFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
