'use client';

import Link from 'next/link';
import type { ReleaseView } from '#lib/contract/release.ts';
import { routes } from '#lib/routes.ts';
import { Card, Section } from '../ui/page.tsx';
import { Exact } from '../ui/time.tsx';
import classes from './release-page.module.css';

/** What this release is made of: exact version, exact plan, who and why. */
export const Facts = ({ release }: { release: ReleaseView }) => (
  <Section id="context" title="Context">
    <Card>
      <dl className={classes.facts}>
        <dt>Version</dt>
        <dd>{release.version}</dd>
        <dt>Digest</dt>
        <dd>
          <code title={release.versionDigest}>{shortDigest(release.versionDigest)}</code>
        </dd>
        <dt>Baseline</dt>
        <dd>{release.baselineVersion ?? 'unknown'}</dd>
        <dt>Plan</dt>
        <dd>
          <Link href={routes.plan(release.plan.name)}>{release.plan.name}</Link>, revision{' '}
          {release.plan.revision} <code title={release.plan.digest}>{shortDigest(release.plan.digest)}</code>
        </dd>
        <dt>Strategy</dt>
        <dd>{release.strategy}</dd>
        <dt>Started</dt>
        <dd>
          <Exact at={release.startedAt} />, by {release.startedBy}
        </dd>
        {release.reason && (
          <>
            <dt>Reason</dt>
            <dd>{release.reason}</dd>
          </>
        )}
        {release.finishedAt && (
          <>
            <dt>Finished</dt>
            <dd>
              <Exact at={release.finishedAt} />
            </dd>
          </>
        )}
        {release.retryOf && (
          <>
            <dt>Retry of</dt>
            <dd>
              <Link href={routes.release(release.retryOf)}>an earlier release</Link>
            </dd>
          </>
        )}
      </dl>
    </Card>
  </Section>
);

const shortDigest = (digest: string): string => digest.replace(/^(sha256:)?(.{12}).*$/, '$2…');
