'use client';

import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useWatch } from '#lib/client/live-context.tsx';
import { servicesQuery } from '#lib/client/queries.ts';
import { actionItemsQuery, retrospectivesQuery } from '#lib/client/retrospective-queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { RetrospectiveRow } from '#lib/contract/retrospective.ts';
import { CHECKLIST } from '#lib/domain/retrospective/checklist.ts';
import { type Query, routes } from '#lib/routes.ts';
import { Empty, Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { DataTable } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import { ActionItemTable } from './action-items.tsx';
import { type ReviewFilterName, reviewFiltersOf } from './filters.ts';
import { OUTCOME_WORDS, overdueOf } from './overdue.ts';
import classes from './reviews.module.css';

/** What waits to be reviewed, what was promised and is late, and everything that was written. */
export const ReviewsPage = () => {
  useWatch(topics.config);
  const search = useSearchParams();
  const filters = reviewFiltersOf((name) => search.get(name));
  const { data, error, refetch } = useQuery(retrospectivesQuery(filters));
  const overdue = useQuery(actionItemsQuery(overdueOf(filters.service))).data?.items ?? [];
  return (
    <Page
      title="Reviews"
      lede="Retrospectives are drafted from the record within seconds of a rollback or an abort."
      action={
        <Button component={Link} href={routes.reviewPeriods()} variant="default">
          Month or quarter
        </Button>
      }
    >
      {overdue.length > 0 && (
        <Section id="overdue" title="Overdue action items" note={String(overdue.length)}>
          <ActionItemTable items={overdue} linked />
        </Section>
      )}
      <Section id="retrospectives" title="Retrospectives">
        <Filters filters={filters as Query} />
        {error && <ProblemNote error={error} retry={() => void refetch()} />}
        {data?.items.length === 0 && (
          <Empty title="Nothing to review here">
            When a release is rolled back or aborted with traffic, its retrospective appears by itself. One of
            any other finished release can be drafted on its page.
          </Empty>
        )}
        {data && data.items.length > 0 && <Rows rows={data.items} />}
        {data?.next && (
          <Button
            component={Link}
            href={routes.reviews({ ...(filters as Query), cursor: data.next })}
            variant="default"
            size="xs"
          >
            Older
          </Button>
        )}
      </Section>
    </Page>
  );
};

const Rows = ({ rows }: { rows: readonly RetrospectiveRow[] }) => (
  <DataTable
    caption="Retrospectives, the newest draft first"
    head={['Release', 'Ended', 'Stopped at', 'Checklist', 'Action items', 'Review']}
  >
    {rows.map((row) => (
      <tr key={row.id}>
        <th scope="row" data-label="Release">
          <Link href={routes.review(row.id)} className={classes.name}>
            {row.serviceName} {row.version}
          </Link>
          <span className={classes.detail}>
            {OUTCOME_WORDS[row.outcome]} in {row.environmentName}
            {row.falseAlarm && ' · false alarm'}
          </span>
        </th>
        <td data-label="Ended">
          <Ago at={row.finishedAt} />
        </td>
        <td data-label="Stopped at">
          {row.stoppedAt ? `${row.stoppedAt.name}, ${row.stoppedAt.share} %` : '–'}
        </td>
        <td data-label="Checklist">
          {row.checked} of {CHECKLIST.length}
        </td>
        <td data-label="Action items">
          {row.openItems} open
          {row.overdueItems > 0 && <strong className={classes.overdue}>, {row.overdueItems} overdue</strong>}
        </td>
        <td data-label="Review">
          {row.signedOffAt ? (
            <>
              signed off <Ago at={row.signedOffAt} />
            </>
          ) : (
            'waiting'
          )}
        </td>
      </tr>
    ))}
  </DataTable>
);

const CHOICES = [
  {
    name: 'status',
    label: 'Review',
    data: [
      { value: 'draft', label: 'waiting' },
      { value: 'signed-off', label: 'signed off' },
    ],
  },
  {
    name: 'outcome',
    label: 'Outcome',
    data: Object.entries(OUTCOME_WORDS).map(([value, label]) => ({ value, label })),
  },
] as const;

const Filters = ({ filters }: { filters: Query }) => {
  const router = useRouter();
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const names = services.map(({ slug, name }) => ({ value: slug, label: name }));
  const choice = (
    name: ReviewFilterName,
    label: string,
    data: readonly { value: string; label: string }[],
  ) => (
    <Select
      key={name}
      aria-label={label}
      placeholder={label}
      size="sm"
      clearable
      data={[...data]}
      value={filters[name] === undefined ? null : String(filters[name])}
      onChange={(value) =>
        router.replace(routes.reviews({ ...filters, cursor: undefined, [name]: value ?? undefined }), {
          scroll: false,
        })
      }
    />
  );
  return (
    <search className={classes.filters}>
      {choice('service', 'Service', names)}
      {CHOICES.map(({ name, label, data }) => choice(name, label, data))}
    </search>
  );
};
