import type { DoraScope } from '#lib/client/insight-queries.ts';
import { type InsightFilters, windowOf } from './filters.ts';

/** What the address asks for, as the API takes it. */
export const scopeOf = (filters: InsightFilters, timezone: string, now: number): DoraScope => ({
  ...windowOf(filters.span, filters.timezone ?? timezone, now),
  ...(filters.timezone ? { timezone: filters.timezone } : {}),
  ...(filters.service ? { service: filters.service } : {}),
});
