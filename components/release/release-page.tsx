'use client';

import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useWatch } from '#lib/client/live-context.tsx';
import { releaseQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { RetrospectiveLink } from '../reviews/retrospective-link.tsx';
import { Card, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { ActionBar } from './action-bar.tsx';
import { Evidence } from './evidence.tsx';
import { Exposure } from './exposure.tsx';
import { Facts } from './facts.tsx';
import { Headline } from './headline.tsx';
import classes from './release-page.module.css';
import { Requirements } from './requirements.tsx';
import { StageRail } from './stage-rail.tsx';
import { TargetList } from './target-list.tsx';
import { Timeline } from './timeline.tsx';
import { WhatIf } from './what-if.tsx';

/** One release, in the order of the questions: what happens, is it safe, what can I do, why, what was before. */
export const ReleasePage = ({ id }: { id: string }) => {
  useWatch(topics.release(id));
  const { data: release, error, refetch } = useQuery(releaseQuery(id));
  useDocumentTitle(release ? `${release.headline} · Slipway` : 'Slipway');
  if (!release) return error ? <ProblemNote error={error} retry={() => void refetch()} /> : null;
  return (
    <article className={classes.page}>
      <Headline release={release} />
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      <div className={classes.columns}>
        <div className={classes.main}>
          <Section id="stages" title="Stages">
            <Card>
              <StageRail release={release} />
            </Card>
          </Section>
          <Section id="exposure" title="Exposure">
            <Card>
              <Exposure release={release} />
              <TargetList release={release} />
            </Card>
          </Section>
          <Evidence release={release} />
          <Requirements release={release} />
          <WhatIf release={release} />
        </div>
        <ActionBar release={release} />
        <div className={classes.aside}>
          <RetrospectiveLink release={release} />
          <Timeline id={id} />
          <Facts release={release} />
        </div>
      </div>
    </article>
  );
};
