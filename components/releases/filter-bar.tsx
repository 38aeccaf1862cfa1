'use client';

import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentsQuery, plansQuery, type ReleaseFilters, servicesQuery } from '#lib/client/queries.ts';
import { type FilterName, MORE_NAMES } from './filters.ts';
import classes from './releases-page.module.css';

type Change = (name: FilterName, value: string | null) => void;
type Props = { filters: ReleaseFilters; onChange: Change };
type Chosen = 'service' | 'environment' | 'state' | 'outcome' | 'plan';

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
export const FilterBar = ({ filters, onChange }: Props) => {
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const environments = useQuery(environmentsQuery()).data?.items ?? [];
  const [more, setMore] = useState(MORE_NAMES.some((name) => filters[name] !== undefined));
  const choice = choiceOf(filters, onChange);
  return (
    <search>
      <div className={classes.filters}>
        <Typed name="q" label="Search versions, reasons and names" type="search" {...{ filters, onChange }} />
        {choice(
          'service',
          'Service',
          services.map(({ slug, name }) => ({ value: slug, label: name })),
        )}
        {choice(
          'environment',
          'Environment',
          environments.map(({ slug, name }) => ({ value: slug, label: name })),
        )}
        {choice('state', 'State', STATES)}
        {choice('outcome', 'Outcome', OUTCOMES)}
        <Button
          variant="default"
          aria-expanded={more}
          onClick={() => setMore(!more)}
          className={classes.more}
        >
          {more ? 'Fewer filters' : 'More filters'}
        </Button>
      </div>
      {more && <MoreFilters filters={filters} onChange={onChange} />}
    </search>
  );
};

const MoreFilters = ({ filters, onChange }: Props) => {
  const plans = useQuery(plansQuery()).data?.items ?? [];
  const choice = choiceOf(filters, onChange);
  return (
    <div className={classes.filters}>
      <Typed name="person" label="Person, full name" {...{ filters, onChange }} />
      <Typed name="version" label="Version" {...{ filters, onChange }} />
      {choice(
        'plan',
        'Plan',
        plans.map(({ name }) => ({ value: name, label: name })),
      )}
      <Day name="from" label="Started from" {...{ filters, onChange }} />
      <Day name="to" label="Started until" {...{ filters, onChange }} />
    </div>
  );
};

type Option = { value: string; label: string };

const choiceOf =
  (filters: ReleaseFilters, onChange: Change) => (name: Chosen, label: string, data: Option[]) => (
    <Select
      aria-label={label}
      placeholder={label}
      size="sm"
      clearable
      searchable={data.length > 8}
      data={data}
      value={filters[name] ?? null}
      onChange={(picked) => onChange(name, picked)}
    />
  );

type FieldProps = Props & { label: string };

const Typed = ({
  name,
  label,
  type = 'text',
  filters,
  onChange,
}: FieldProps & { name: 'q' | 'person' | 'version'; type?: string }) => {
  const change = useDebouncedCallback((value: string) => onChange(name, value.trim() || null), 300);
  return (
    <TextInput
      aria-label={label}
      placeholder={name === 'q' ? 'Search' : label}
      size="sm"
      type={type}
      defaultValue={filters[name] ?? ''}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
};

/** Days in UTC, both included. */
const Day = ({ name, label, filters, onChange }: FieldProps & { name: 'from' | 'to' }) => (
  <TextInput
    aria-label={label}
    leftSection={name === 'from' ? 'from' : 'to'}
    leftSectionWidth="3rem"
    size="sm"
    type="date"
    value={(filters[name] ?? '').slice(0, 10)}
    onChange={(event) => onChange(name, event.currentTarget.value || null)}
  />
);
