'use client';

import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useNow } from '#lib/client/clock.tsx';
import { useWatch } from '#lib/client/live-context.tsx';
import { activeReleasesQuery, finishedReleasesQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { routes } from '#lib/routes.ts';
import { Empty, Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { FinishedRelease } from './finished-release.tsx';
import { groupsOf, titleOf } from './groups.ts';
import { MovingRelease } from './moving-release.tsx';
import classes from './now-page.module.css';

/** What moves, what waits for a person, and what just ended. */
export const NowPage = () => {
  useWatch(topics.releases);
  const active = useQuery(activeReleasesQuery());
  const finished = useQuery(finishedReleasesQuery());
  const groups = groupsOf(active.data?.items ?? [], finished.data?.items ?? [], useNow());
  useDocumentTitle(titleOf(groups.waiting.length));
  const error = active.error ?? finished.error;
  return (
    <Page title="Now" action={<StartLink />}>
      {error && (
        <ProblemNote error={error} retry={() => void Promise.all([active.refetch(), finished.refetch()])} />
      )}
      <Section id="waiting" title="Needs a human" note={groups.waiting.length || null}>
        {groups.waiting.length === 0 ? (
          <p className={classes.quiet}>Nothing waits for you.</p>
        ) : (
          <ul className={classes.list}>
            {groups.waiting.map((release) => (
              <MovingRelease key={release.id} release={release} />
            ))}
          </ul>
        )}
      </Section>
      <Section id="in-flight" title="In flight" note={groups.inFlight.length || null}>
        {groups.inFlight.length > 0 && (
          <ul className={classes.list}>
            {groups.inFlight.map((release) => (
              <MovingRelease key={release.id} release={release} />
            ))}
          </ul>
        )}
        {groups.inFlight.length === 0 && groups.waiting.length === 0 && (
          <Empty title="Nothing is moving" action={<StartLink filled />}>
            A release lets a new version into traffic stage by stage. Start one from a plan; it appears here
            with its share, its verdict and its next moment.
          </Empty>
        )}
        {groups.inFlight.length === 0 && groups.waiting.length > 0 && (
          <p className={classes.quiet}>Everything that moves waits for a human.</p>
        )}
      </Section>
      <Section id="finished" title="Just finished" note="last 2 h">
        {groups.finished.length === 0 ? (
          <p className={classes.quiet}>
            Nothing ended in the last two hours. <Link href={routes.releases()}>All releases</Link>
          </p>
        ) : (
          <ul className={classes.list}>
            {groups.finished.map((release) => (
              <FinishedRelease key={release.id} release={release} />
            ))}
          </ul>
        )}
      </Section>
    </Page>
  );
};

const StartLink = ({ filled = false }: { filled?: boolean }) => (
  <Button component={Link} href={routes.releases({ start: 'yes' })} variant={filled ? 'filled' : 'default'}>
    Start a release
  </Button>
);
