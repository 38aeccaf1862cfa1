'use client';

import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { environmentsQuery, type ReleaseFilters, servicesQuery } from '#lib/client/queries.ts';
import type { FilterName } from './filters.ts';
import classes from './releases-page.module.css';

type Change = (name: FilterName, value: string | null) => void;

const STATES = [
  { value: 'active', label: 'in progress' },
  { value: 'pending', label: 'waits for approval' },
  { value: 'running', label: 'running' },
  { value: 'paused', label: 'paused' },
  { value: 'rolling-back', label: 'rolling back' },
  { value: 'finished', label: 'finished' },
];
const OUTCOMES = [
  { value: 'released', label: 'released' },
  { value: 'rolled-back', label: 'rolled back' },
  { value: 'cancelled', label: 'cancelled' },
];

/** Filters that live in the address, so that a link shows the same list to everyone. */
export const FilterBar = ({ filters, onChange }: { filters: ReleaseFilters; onChange: Change }) => {
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const environments = useQuery(environmentsQuery()).data?.items ?? [];
  const search = useDebouncedCallback((value: string) => onChange('q', value.trim() || null), 300);
  const choice = (
    name: FilterName,
    label: string,
    data: { value: string; label: string }[],
    value: string | null,
  ) => (
    <Select
      aria-label={label}
      placeholder={label}
      size="sm"
      clearable
      searchable={data.length > 8}
      data={data}
      value={value}
      onChange={(picked) => onChange(name, picked)}
    />
  );
  return (
    <search className={classes.filters}>
      <TextInput
        aria-label="Search versions, reasons and names"
        placeholder="Search"
        size="sm"
        type="search"
        defaultValue={filters.q ?? ''}
        onChange={(event) => search(event.currentTarget.value)}
      />
      {choice(
        'service',
        'Service',
        services.map(({ slug, name }) => ({ value: slug, label: name })),
        filters.service ?? null,
      )}
      {choice(
        'environment',
        'Environment',
        environments.map(({ slug, name }) => ({ value: slug, label: name })),
        filters.environment ?? null,
      )}
      {choice('state', 'State', STATES, filters.state ?? null)}
      {choice('outcome', 'Outcome', OUTCOMES, filters.outcome ?? null)}
    </search>
  );
};
