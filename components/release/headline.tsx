'use client';

import Link from 'next/link';
import type { ReleaseView } from '#lib/contract/release.ts';
import { routes } from '#lib/routes.ts';
import { Standing } from '../ui/standing.tsx';
import { Ago, Until } from '../ui/time.tsx';
import { nextMoment } from './next-moment.ts';
import classes from './release-page.module.css';
import { stateSign } from './signs.ts';

/** What is happening, in one sentence, and what happens if nobody acts. */
export const Headline = ({ release }: { release: ReleaseView }) => (
  <header className={classes.headline}>
    <div className={classes.signs}>
      <Link href={routes.releases({ service: release.service })} className={classes.crumb}>
        {release.serviceName}
      </Link>
      <span className={classes.environment}>{release.environmentName}</span>
      <Standing sign={stateSign(release)} badge />
    </div>
    <h1>{release.headline}</h1>
    <p className={classes.next}>
      {release.nextText}
      {release.nextAt && nextMoment(release) && (
        <>
          {' '}
          {nextMoment(release)} <Until at={release.nextAt} />.
        </>
      )}
    </p>
    <p className={classes.meta}>
      <span>
        <strong>{release.baselineVersion ?? 'unknown version'}</strong> → <strong>{release.version}</strong>
      </span>
      <span>
        started by <strong>{release.startedBy}</strong> <Ago at={release.startedAt} />
      </span>
      {release.finishedAt && (
        <span>
          finished <Ago at={release.finishedAt} />
        </span>
      )}
      {release.pausedBy && (
        <span>
          paused by <strong>{release.pausedBy.name}</strong>
          {release.pausedBy.reason && `: ${release.pausedBy.reason}`}
        </span>
      )}
    </p>
  </header>
);
