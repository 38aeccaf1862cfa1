'use client';

import { SegmentedControl, Select } from '@mantine/core';
import type { InsightFilters, Span } from './filters.ts';
import classes from './insights.module.css';

type Props = {
  filters: InsightFilters;
  services: readonly string[];
  /** The organisation's own time zone. */
  timezone: string;
  onChange: (change: Partial<InsightFilters>) => void;
};

const SPAN_NAMES: { value: Span; label: string }[] = [
  { value: '30d', label: '30 days' },
  { value: '13w', label: '13 weeks' },
  { value: '26w', label: '26 weeks' },
  { value: '52w', label: '52 weeks' },
];
const spanOf = (value: string): Span => SPAN_NAMES.find((span) => span.value === value)?.value ?? '13w';

/** Which service, how far back, by week or month, in whose days: all of it in the address. */
export const FilterBar = ({ filters, services, timezone, onChange }: Props) => (
  <search className={classes.filters}>
    <Select
      label="Service"
      placeholder="All services"
      clearable
      searchable={services.length > 8}
      data={[...new Set([...services, ...(filters.service ? [filters.service] : [])])].sort()}
      value={filters.service}
      onChange={(service) => onChange({ service })}
    />
    <Select
      label="Time zone"
      searchable
      limit={60}
      data={ZONES(timezone)}
      value={filters.timezone ?? timezone}
      onChange={(picked) => onChange({ timezone: picked === timezone ? null : picked })}
    />
    <SegmentedControl
      className={classes.span ?? ''}
      aria-label="How far back"
      data={SPAN_NAMES}
      value={filters.span}
      onChange={(value) => onChange({ span: spanOf(value) })}
    />
    <SegmentedControl
      className={classes.span ?? ''}
      aria-label="Trend by"
      data={[
        { value: 'week', label: 'Weeks' },
        { value: 'month', label: 'Months' },
      ]}
      value={filters.by}
      onChange={(value) => onChange({ by: value === 'month' ? 'month' : 'week' })}
    />
  </search>
);

const ZONES = (own: string): string[] => [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
