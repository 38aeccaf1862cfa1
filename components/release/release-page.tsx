'use client';

import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { FixedClock } from '#lib/client/clock.tsx';
import { useWatch } from '#lib/client/live-context.tsx';
import { releaseAtQuery, releaseQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { routes } from '#lib/routes.ts';
import { RetrospectiveLink } from '../reviews/retrospective-link.tsx';
import { Card, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { ActionBar } from './action-bar.tsx';
import { Evidence } from './evidence.tsx';
import { Exposure } from './exposure.tsx';
import { Facts } from './facts.tsx';
import { Headline } from './headline.tsx';
import { Neighbours } from './neighbours.tsx';
import { PastActions } from './past-actions.tsx';
import classes from './release-page.module.css';
import { ReplayBar } from './replay-bar.tsx';
import { Requirements } from './requirements.tsx';
import { StageRail } from './stage-rail.tsx';
import { TargetList } from './target-list.tsx';
import { Timeline } from './timeline.tsx';
import { WhatIf } from './what-if.tsx';

/** One release, now or at the past moment of the address. */
export const ReleasePage = ({ id }: { id: string }) => {
  useWatch(topics.release(id));
  const { data: live, error, refetch } = useQuery(releaseQuery(id));
  const at = momentOf(useSearchParams().get('at'));
  const moment = at === null ? '' : new Date(at).toISOString();
  const past = useQuery({ ...releaseAtQuery(id, moment), enabled: at !== null });
  const release = at === null ? live : past.data;
  useDocumentTitle(live ? `${live.headline} · Slipway` : 'Slipway');
  if (!live) return error ? <ProblemNote error={error} retry={() => void refetch()} /> : null;
  const show = (next: number | null) =>
    window.history.replaceState(
      null,
      '',
      routes.release(id, next === null ? {} : { at: new Date(next).toISOString() }),
    );
  return (
    <article className={classes.page}>
      {at === null ? (
        <Neighbours release={live}>
          <ReplayBar release={live} at={at} onChange={show} />
        </Neighbours>
      ) : (
        <ReplayBar release={live} at={at} onChange={show} />
      )}
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {at !== null && past.error && <ProblemNote error={past.error} retry={() => void past.refetch()} />}
      <FixedClock at={at}>{release && <Contents release={release} />}</FixedClock>
    </article>
  );
};

/** In the order of the questions: what happens, is it safe, what can I do, why, what was before. */
const Contents = ({ release }: { release: ReleaseView }) => (
  <>
    <Headline release={release} />
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
        {release.asOf !== null && <PastActions release={release} />}
        <Evidence release={release} />
        <Requirements release={release} />
        {release.asOf === null && <WhatIf release={release} />}
      </div>
      {release.asOf === null && <ActionBar release={release} />}
      <div className={classes.aside}>
        {release.asOf === null && <RetrospectiveLink release={release} />}
        <Timeline id={release.id} until={release.asOf} />
        <Facts release={release} />
      </div>
    </div>
  </>
);

/** A time that cannot be read is no moment: the release is shown as it is now. */
const momentOf = (at: string | null): number | null => {
  const moment = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(moment) ? null : moment;
};
