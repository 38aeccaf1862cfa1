'use client';

import { useQuery } from '@tanstack/react-query';
import { ApiError } from '#lib/client/problem.ts';
import { releaseEventsQuery } from '#lib/client/queries.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { percentShare } from '../ui/share.ts';
import { Ago, Until } from '../ui/time.tsx';
import classes from './action-bar.module.css';
import { PROGRESS_STEPS, Progress } from './progress.tsx';
import type { useAct } from './use-act.ts';

type Acting = Pick<ReturnType<typeof useAct>, 'error' | 'variables' | 'isSuccess'>;

/** What became of the last press: how far it has come, who was faster, or why it was refused. */
export const ActionOutcome = ({ act, release }: { act: Acting; release: ReleaseView }) => {
  if (act.error) return <Failure error={act.error} release={release} />;
  if (release.queued)
    return (
      <p className={classes.outcome} role="status">
        {release.queued.action} queued by {release.queued.by}, carried out <Until at={release.queued.dueAt} />
      </p>
    );
  const slowest = Math.min(...release.targets.map(({ progress }) => PROGRESS_STEPS.indexOf(progress)));
  const reached = PROGRESS_STEPS[slowest];
  const settled = reached === 'seen' || (release.outcome !== null && reached === 'confirmed');
  if (!reached || (settled && !act.isSuccess) || release.state === 'pending') return null;
  const wanted = Math.max(...release.targets.map(({ share }) => share.wanted));
  return (
    <div className={classes.outcome} role="status">
      <span>{percentShare(wanted)} asked for:</span>
      <Progress reached={reached} over={release.outcome !== null} />
    </div>
  );
};

const Failure = ({ error, release }: { error: Error; release: ReleaseView }) => {
  const events = useQuery(releaseEventsQuery(release.id)).data?.items ?? [];
  const last = events.at(-1);
  if (error instanceof ApiError && error.status === 409 && last)
    return (
      <p className={classes.outcome} role="alert">
        Somebody was faster: {last.actor.name}, <Ago at={last.at} />: {last.text}. The page shows the release
        as it is now; nothing else was done.
      </p>
    );
  return (
    <p className={classes.outcome} role="alert" data-tone="fail">
      {error instanceof ApiError ? error.problem.detail : error.message}
    </p>
  );
};
