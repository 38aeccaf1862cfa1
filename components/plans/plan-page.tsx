'use client';

import { useQuery } from '@tanstack/react-query';
import { useWatch } from '#lib/client/live-context.tsx';
import { planQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { Page } from '../ui/page.tsx';
import { Ago } from '../ui/time.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { yamlOf } from './yaml-of.ts';

/** One plan: its newest revision, to read and to change. */
export const PlanPage = ({ name }: { name: string }) => {
  useWatch(topics.config);
  const { data: plan } = useQuery(planQuery(name));
  if (!plan) return null;
  const text = yamlOf(plan.source);
  return (
    <Page
      title={plan.name}
      lede={
        <>
          For {plan.service ?? 'any service'}. Revision {plan.revision}, changed <Ago at={plan.updatedAt} />{' '}
          by {plan.createdBy}. Running releases keep the revision they started with.
        </>
      }
    >
      <PlanEditor key={plan.digest} initial={text} stored={text} />
    </Page>
  );
};
