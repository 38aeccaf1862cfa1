import { z } from 'zod';
import { DORA_METRICS } from '#lib/contract/dora.ts';
import { timezoneSchema } from '#lib/domain/dora/config.ts';
import { calendarOf, dayText } from '#lib/domain/dora/local-days.ts';

/** Each opens its rows. */
export type Metric = (typeof DORA_METRICS)[number];

export const SPANS = { '30d': 30, '13w': 91, '26w': 182, '52w': 364 } as const;
export type Span = keyof typeof SPANS;

/** What the address says: a link shows the same numbers to everyone who may see them. */
export type InsightFilters = {
  service: string | null;
  span: Span;
  by: 'week' | 'month';
  /** IANA name; null = the organisation's own. */
  timezone: string | null;
  /** The rows that are open, and of which days; null = of the whole window. */
  rows: Metric | null;
  start: string | null;
  end: string | null;
};

const day = z.iso.date();
const shapes = {
  service: z.string().regex(/^[\w.-]{1,100}$/),
  span: z.enum(['30d', '13w', '26w', '52w']),
  by: z.enum(['week', 'month']),
  timezone: timezoneSchema,
  rows: z.enum(DORA_METRICS),
  start: day,
  end: day,
};

/** From the address; what makes no sense is left out, so that an old link still opens. */
export const filtersOf = (read: (name: string) => string | null): InsightFilters => {
  const kept = <T>(name: keyof typeof shapes, schema: z.ZodType<T>): T | null => {
    const parsed = schema.safeParse(read(name));
    return parsed.success ? parsed.data : null;
  };
  return {
    service: kept('service', shapes.service),
    span: kept('span', shapes.span) ?? '13w',
    by: kept('by', shapes.by) ?? 'week',
    timezone: kept('timezone', shapes.timezone),
    rows: kept('rows', shapes.rows),
    start: kept('start', shapes.start),
    end: kept('end', shapes.end),
  };
};

/** As parameters of the address; what is usual is left out. */
export const searchOf = (filters: InsightFilters): Record<string, string | undefined> => ({
  service: filters.service ?? undefined,
  span: filters.span === '13w' ? undefined : filters.span,
  by: filters.by === 'week' ? undefined : filters.by,
  timezone: filters.timezone ?? undefined,
  rows: filters.rows ?? undefined,
  start: filters.rows ? (filters.start ?? undefined) : undefined,
  end: filters.rows ? (filters.end ?? undefined) : undefined,
});

/** The window as local dates, half-open: it ends with the day of `now`, which belongs to it. */
export const windowOf = (span: Span, timezone: string, now: number): { from: string; to: string } => {
  const to = calendarOf(timezone).dayOf(now) + 1;
  return { from: dayText(to - SPANS[span]), to: dayText(to) };
};
