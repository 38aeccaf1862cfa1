'use client';

import Link from 'next/link';
import type { ReleaseRow } from '#lib/contract/release.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { routes } from '#lib/routes.ts';
import { stateSign } from '../release/signs.ts';
import { Standing } from '../ui/standing.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './now-page.module.css';

/** A release that just ended: what became of it, how long it took. */
export const FinishedRelease = ({ release }: { release: ReleaseRow }) => (
  <li className={classes.row}>
    <div className={classes.what}>
      <Link href={routes.release(release.id)} className={classes.title}>
        {release.serviceName} {release.version}
      </Link>
      <span className={classes.where}>
        {release.environment} · from {release.baselineVersion ?? 'an unknown version'}
      </span>
    </div>
    <div className={classes.far}>
      <Standing sign={stateSign(release)} size="sm" />
    </div>
    <div className={classes.why}>
      <span className={classes.sentence}>
        {release.finishedAt &&
          `took ${durationText((Date.parse(release.finishedAt) - Date.parse(release.startedAt)) / 1_000)}`}
        , started by {release.startedBy}
      </span>
    </div>
    <span className={classes.when}>{release.finishedAt && <Ago at={release.finishedAt} />}</span>
  </li>
);
