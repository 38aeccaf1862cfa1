'use client';

import Link from 'next/link';
import type { ReleaseRow } from '#lib/contract/release.ts';
import { routes } from '#lib/routes.ts';
import { stateSign } from '../release/signs.ts';
import { percentShare } from '../ui/share.ts';
import { Standing } from '../ui/standing.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './now-page.module.css';

/** A release in progress in three lines: what and where, how far, what it waits for. */
export const MovingRelease = ({ release }: { release: ReleaseRow }) => (
  <li className={classes.row} data-waits={release.needs !== null || undefined}>
    <div className={classes.what}>
      <Link href={routes.release(release.id)} className={classes.title}>
        {release.serviceName} {release.version}
      </Link>
      <span className={classes.where}>
        {release.environment} · from {release.baselineVersion ?? 'an unknown version'}
      </span>
    </div>
    <div className={classes.far}>
      <span className={classes.share}>{percentShare(release.share)}</span>
      <MiniRail release={release} />
    </div>
    <div className={classes.why}>
      <Standing
        sign={
          release.needs === null
            ? stateSign(release)
            : { tone: 'hold', shape: 'bars-in-square', word: 'needs a human' }
        }
        size="sm"
      />
      <span className={classes.sentence}>{release.needs ?? standingOf(release.headline)}</span>
    </div>
    <span className={classes.when}>
      started <Ago at={release.startedAt} />
    </span>
  </li>
);

const MiniRail = ({ release: { stageIndex, stageCount, stageName } }: { release: ReleaseRow }) => (
  <span className={classes.rail}>
    <span className={classes.steps} aria-hidden="true">
      {stepsOf(stageIndex, stageCount).map(({ key, at }) => (
        <span key={key} data-at={at} />
      ))}
    </span>
    <span className={classes.stage}>
      {stageIndex < 0 ? 'not started' : `stage ${stageIndex + 1} of ${stageCount}, ${stageName ?? ''}`}
    </span>
  </span>
);

/** The second half of a headline: the first half stands in the other columns already. */
const standingOf = (headline: string): string => {
  const at = headline.indexOf('; ');
  return at < 0 ? headline : headline.slice(at + 2);
};

const stepsOf = (present: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    key: index,
    at: index < present ? 'done' : index === present ? 'now' : 'next',
  }));
