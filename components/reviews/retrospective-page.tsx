'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useWatch } from '#lib/client/live-context.tsx';
import { releaseQuery } from '#lib/client/queries.ts';
import { retrospectiveQuery } from '#lib/client/retrospective-queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { routes } from '#lib/routes.ts';
import { WhatIf } from '../release/what-if.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Exact } from '../ui/time.tsx';
import { ActionItems } from './action-items.tsx';
import { Decisions } from './decisions.tsx';
import { Editable } from './editable.tsx';
import { Factors } from './factors.tsx';
import { FalseAlarm } from './false-alarm.tsx';
import { Impact } from './impact.tsx';
import { Markdown } from './markdown.tsx';
import { OUTCOME_WORDS } from './overdue.ts';
import { Comments, ReviewBox } from './review-box.tsx';
import classes from './reviews.module.css';
import { RetrospectiveTimeline } from './timeline.tsx';
import { Tools } from './tools.tsx';
import { type Changing, partsOf, useChange } from './use-change.ts';

/** One retrospective as a document: read from top to bottom, changed where it stands. */
export const RetrospectivePage = ({ id }: { id: string }) => {
  useWatch(topics.config);
  const { data: view, error, refetch } = useQuery(retrospectiveQuery(id));
  const change = useChange(id);
  if (!view) return error ? <ProblemNote error={error} retry={() => void refetch()} /> : null;
  const { header } = view;
  return (
    <Page
      title={`${header.serviceName} ${header.version}: ${OUTCOME_WORDS[header.outcome]}`}
      lede={<Lede view={view} />}
      action={<Tools view={view} change={change} />}
    >
      {change.error && <ProblemNote error={change.error} />}
      <Text title="Summary" name="summary" {...{ view, change }} />
      <Impact impact={view.impact} />
      <RetrospectiveTimeline view={view} change={change} />
      <Decisions view={view} />
      <Alternatives releaseId={view.releaseId} />
      <Factors view={view} change={change} />
      <div className={classes.two}>
        <Text title="What went well" name="wentWell" {...{ view, change }} />
        <Text title="Where we were lucky" name="lucky" {...{ view, change }} />
      </div>
      <ActionItems view={view} change={change} />
      <ReviewBox view={view} change={change} />
      <FalseAlarm view={view} />
      <Comments view={view} change={change} />
    </Page>
  );
};

const Lede = ({
  view: { header, releaseId, draftedAt, draftedBy, blameless },
}: {
  view: RetrospectiveView;
}) => (
  <>
    Retrospective of a <Link href={routes.release(releaseId)}>release</Link> in {header.environmentName}, over{' '}
    {header.baselineVersion ?? 'nothing'}, by plan <Link href={routes.plan(header.plan)}>{header.plan}</Link>{' '}
    (revision {header.planRevision}). Started <Exact at={header.startedAt} /> by {header.startedBy.label},
    ended <Exact at={header.finishedAt} />. Drafted from the record <Exact at={draftedAt} /> by {draftedBy}
    {blameless ? '; people appear as their roles.' : '; people appear by name.'}
  </>
);

const Text = ({
  title,
  name,
  view,
  change,
}: {
  title: string;
  name: 'summary' | 'wentWell' | 'lucky';
  view: RetrospectiveView;
  change: Changing;
}) => {
  const { text, source, drafted } = view[name];
  return (
    <Section id={name} title={title} {...(drafted ? { note: 'from the record' } : {})}>
      <Editable
        label={title.toLowerCase()}
        source={source}
        editable={view.editable}
        onSave={(written) =>
          change.mutateAsync({
            path: partsOf(view.id).document,
            method: 'PUT',
            body: { [name]: written, expectedVersion: view.version },
          })
        }
      >
        {text === '' ? <p className={classes.quiet}>Nothing yet.</p> : <Markdown text={text} />}
      </Editable>
    </Section>
  );
};

/** The same question the release page answers: would another policy have decided otherwise? */
const Alternatives = ({ releaseId }: { releaseId: string }) => {
  const { data: release } = useQuery(releaseQuery(releaseId));
  return release ? (
    <div className={`${classes.noPrint} ${classes.apart}`}>
      <WhatIf release={release} />
    </div>
  ) : null;
};
