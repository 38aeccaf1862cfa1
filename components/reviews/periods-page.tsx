'use client';

import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useWatch } from '#lib/client/live-context.tsx';
import { servicesQuery } from '#lib/client/queries.ts';
import { reviewQuery } from '#lib/client/retrospective-queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { ReviewView } from '#lib/contract/review.ts';
import { endpoints, type Query, routes } from '#lib/routes.ts';
import { Page } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { type PeriodFilters, periodFiltersOf, spanAround, spanText } from './periods.ts';
import { ReviewSections } from './review-sections.tsx';
import classes from './reviews.module.css';

/** A month or a quarter of one service or of all. */
export const PeriodsPage = () => {
  useWatch(topics.releases);
  useWatch(topics.config);
  const search = useSearchParams();
  const filters = periodFiltersOf((name) => search.get(name));
  const { data: review, error, refetch } = useQuery(reviewQuery(filters));
  return (
    <Page
      title={review ? `Review of ${spanText(review)}` : 'Review'}
      lede={review && <Lede review={review} />}
      action={review && <Files review={review} />}
    >
      {review && <Choices filters={filters} review={review} />}
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {review && <ReviewSections review={review} />}
    </Page>
  );
};

const Lede = ({ review }: { review: ReviewView }) => (
  <>
    {review.from} to {review.to}, {review.zone}; {review.service ?? 'all services'}. Counted by the day on
    which a release ended.
  </>
);

const Files = ({ review: { from, to, zone, service } }: { review: ReviewView }) => {
  const asked = { from, to, zone, service: service ?? undefined };
  return (
    <div className={classes.toolbar}>
      <Button
        component="a"
        href={endpoints.reviewsExport({ ...asked, format: 'md' })}
        variant="default"
        size="xs"
      >
        Markdown
      </Button>
      <Button
        component="a"
        href={endpoints.reviewsExport({ ...asked, format: 'csv' })}
        variant="default"
        size="xs"
      >
        CSV
      </Button>
      <Button variant="default" size="xs" onClick={() => window.print()}>
        Print or PDF
      </Button>
    </div>
  );
};

const Choices = ({ filters, review }: { filters: PeriodFilters; review: ReviewView }) => {
  const router = useRouter();
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const go = (change: PeriodFilters) =>
    router.replace(routes.reviewPeriods({ ...filters, ...change } as Query), { scroll: false });
  const steps = [
    { label: 'Month before', span: spanAround(review.from, 1, -1) },
    { label: 'Whole month', span: spanAround(review.from, 1, 0) },
    { label: 'Month after', span: spanAround(review.from, 1, 1) },
    { label: 'Whole quarter', span: spanAround(review.from, 3, 0) },
  ];
  return (
    <search>
      <div className={classes.filters}>
        {(['from', 'to'] as const).map((name) => (
          <TextInput
            key={`${name}-${review[name]}`}
            aria-label={name === 'from' ? 'First day' : 'Last day'}
            type="date"
            size="sm"
            defaultValue={review[name]}
            onBlur={(event) =>
              event.currentTarget.value !== '' &&
              event.currentTarget.value !== review[name] &&
              go({ from: review.from, to: review.to, [name]: event.currentTarget.value })
            }
          />
        ))}
        <Select
          aria-label="Service"
          placeholder="All services"
          size="sm"
          clearable
          data={services.map(({ slug, name }) => ({ value: slug, label: name }))}
          value={filters.service ?? null}
          onChange={(value) => go({ service: value ?? undefined })}
        />
      </div>
      <div className={classes.steps}>
        {steps.map(({ label, span }) => (
          <Button key={label} variant="default" size="xs" onClick={() => go(span)}>
            {label}
          </Button>
        ))}
      </div>
    </search>
  );
};
