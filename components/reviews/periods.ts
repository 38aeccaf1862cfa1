/** Months and quarters as spans of days. */
import { reviewQuerySchema } from '#lib/contract/review.ts';

export type PeriodFilters = {
  from?: string | undefined;
  to?: string | undefined;
  service?: string | undefined;
  zone?: string | undefined;
};

const NAMES = ['from', 'to', 'service', 'zone'] as const;

/** What the address says, as far as the API would take it. */
export const periodFiltersOf = (read: (name: string) => string | null): PeriodFilters => {
  const filters: PeriodFilters = {};
  for (const name of NAMES) {
    const value = read(name);
    if (value && reviewQuerySchema.shape[name].safeParse(value).success) filters[name] = value;
  }
  return reviewQuerySchema.safeParse(filters).success ? filters : {};
};

type Span = { from: string; to: string };

/** The month or quarter that lies `steps` from the one in which `day` is. */
export const spanAround = (day: string, months: 1 | 3, steps: number): Span => {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1;
  const first = Math.floor(month / months) * months + steps * months;
  return { from: dayOf(year, first, 1), to: dayOf(year, first + months, 0) };
};

/** What a span is called: a month, a quarter, or its two days. */
export const spanText = ({ from, to }: Span): string => {
  for (const months of [1, 3] as const) {
    const whole = spanAround(from, months, 0);
    if (whole.from !== from || whole.to !== to) continue;
    if (months === 3) return `${Math.floor(Number(from.slice(5, 7)) / 3) + 1}. quarter ${from.slice(0, 4)}`;
    return new Date(from).toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  }
  return `${from} to ${to}`;
};

const dayOf = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
