'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useWatch } from '#lib/client/live-context.tsx';
import { plansQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { routes } from '#lib/routes.ts';
import { Empty, Page } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { percentShare } from '../ui/share.ts';
import { DataTable } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './plans-page.module.css';

/** The recipes, each with its shares in order. */
export const PlansPage = () => {
  useWatch(topics.config);
  const { data, error, refetch } = useQuery(plansQuery());
  const create = (
    <Button component={Link} href={routes.newPlan()}>
      New plan
    </Button>
  );
  return (
    <Page
      title="Plans"
      lede="How a version gets traffic: stages, gates, and when to go back."
      action={create}
    >
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty title="No plan is written yet" action={create}>
          A plan says in which steps a version gets traffic and what must hold before the next one. Start from
          the template: it reads as sentences while you write.
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <DataTable caption="Plans by name" head={['Plan', 'Service', 'Stages', 'Revision', 'Changed']}>
          {data.items.map((plan) => (
            <tr key={plan.name}>
              <th scope="row" data-label="Plan">
                <Link href={routes.plan(plan.name)} className={classes.name}>
                  {plan.name}
                </Link>
              </th>
              <td data-label="Service">{plan.service ?? 'any'}</td>
              <td data-label="Stages">{plan.stages.map(({ share }) => percentShare(share)).join(' → ')}</td>
              <td data-label="Revision">{plan.revision}</td>
              <td data-label="Changed">
                <Ago at={plan.updatedAt} /> by {plan.createdBy}
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </Page>
  );
};
