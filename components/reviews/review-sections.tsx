'use client';

import Link from 'next/link';
import type { ReviewRelease, ReviewView } from '#lib/contract/review.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { exactSeconds, groupText } from '#lib/domain/retrospective/impact.ts';
import { CELEBRATE } from '#lib/domain/retrospective/period.ts';
import { routes } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { DataTable } from '../ui/table.tsx';
import { Exact } from '../ui/time.tsx';
import { OUTCOME_WORDS } from './overdue.ts';
import classes from './reviews.module.css';

/** The parts of a review, the good and the bad beside each other. */
export const ReviewSections = ({ review }: { review: ReviewView }) => (
  <>
    <Figures review={review} />
    <Celebrations releases={review.celebrations} />
    <Stops review={review} />
    <Waits waits={review.waits} />
    <Factors review={review} />
    <Releases id="shipped" title="Shipped" all={review.released} releases={review.shipped} />
  </>
);

const Figures = ({ review }: { review: ReviewView }) => {
  const { actionItems: items } = review;
  const figures = [
    ['Shipped', review.released, ''],
    ['Stopped with traffic', review.stopped, `and ${review.cancelledWithoutTraffic} cancelled before any`],
    ['False alarms', review.falseAlarms, 'as people marked them'],
    ['Action items opened', items.opened, `${items.closed} done in these days`],
    ['Action items open now', items.open, `${items.overdue} of them overdue`],
  ] as const;
  return (
    <Section id="figures" title="In numbers">
      <dl className={classes.figures}>
        {figures.map(([label, value, how]) => (
          <div key={label} className={classes.figure}>
            <dt>{label}</dt>
            <dd>{value}</dd>
            <dd className={classes.how}>{how}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
};

const celebrateNote = `harm that the analysis found within ${durationText(CELEBRATE.secondsMax)}, at no more than ${CELEBRATE.shareBasisPointsMax / 100} % of the traffic`;

const Celebrations = ({ releases }: { releases: readonly ReviewRelease[] }) => (
  <Section id="celebrate" title="Worth celebrating" note={celebrateNote}>
    {releases.length === 0 && <p className={classes.quiet}>None in these days.</p>}
    <ul className={classes.list}>
      {releases.map((release) => (
        <li key={release.id}>
          <ReleaseLink release={release} />: found in {exactSeconds(release.secondsToDetect ?? 0)} at{' '}
          {release.stoppedAt?.share ?? 0} %
          {release.secondsToRecover !== null && `, back in ${exactSeconds(release.secondsToRecover)}`}
          {release.harmAvoidedRequests !== null &&
            release.harmAvoidedRequests >= 1 &&
            `; about ${groupText(release.harmAvoidedRequests)} failures did not happen`}
        </li>
      ))}
    </ul>
  </Section>
);

const Stops = ({ review }: { review: ReviewView }) => (
  <Section id="stopped" title="Stopped" {...(review.stopped > 0 ? { note: stagesText(review) } : {})}>
    {review.stops.length === 0 && <p className={classes.quiet}>Nothing was stopped in these days.</p>}
    {review.stops.length > 0 && (
      <DataTable
        caption="What was stopped, the latest first"
        head={['Release', 'Ended', 'At', 'Found in', 'Failed', 'Marked']}
      >
        {review.stops.map((release) => (
          <tr key={release.id}>
            <th scope="row" data-label="Release">
              <ReleaseLink release={release} />
              <span className={classes.detail}>
                {OUTCOME_WORDS[release.outcome]} in {release.environmentName}
              </span>
            </th>
            <td data-label="Ended">
              <Exact at={release.finishedAt} />
            </td>
            <td data-label="At">
              {release.stoppedAt ? `${release.stoppedAt.name}, ${release.stoppedAt.share} %` : 'no traffic'}
            </td>
            <td data-label="Found in">
              {release.secondsToDetect === null ? 'cannot tell' : exactSeconds(release.secondsToDetect)}
            </td>
            <td data-label="Failed">
              {release.failedRequests === null ? 'cannot tell' : groupText(release.failedRequests)}
            </td>
            <td data-label="Marked">
              {release.falseAlarm === null ? '–' : `false alarm: ${release.falseAlarm}`}
            </td>
          </tr>
        ))}
      </DataTable>
    )}
  </Section>
);

const stagesText = ({ stoppedByStage }: ReviewView): string =>
  stoppedByStage.map(({ index, name, count }) => `${count} at stage ${index + 1}, ${name}`).join('; ');

const Waits = ({ waits }: Pick<ReviewView, 'waits'>) => (
  <Section id="waits" title="Waits by gate" note="from the confirmed share to the next stage">
    {waits.length === 0 && <p className={classes.quiet}>No gate was passed in these days.</p>}
    {waits.length > 0 && (
      <DataTable caption="Waits by gate" head={['Gate', 'Times', 'Median', '90 % within', 'Longest']}>
        {waits.map((wait) => (
          <tr key={wait.gate}>
            <th scope="row" data-label="Gate">
              {wait.gate}
            </th>
            <td data-label="Times">{wait.count}</td>
            <td data-label="Median">{durationText(wait.medianSeconds)}</td>
            <td data-label="90 % within">{durationText(wait.p90Seconds)}</td>
            <td data-label="Longest">
              <Link href={routes.release(wait.longestRelease)}>{durationText(wait.longestSeconds)}</Link>
            </td>
          </tr>
        ))}
      </DataTable>
    )}
  </Section>
);

const Factors = ({ review }: { review: ReviewView }) => (
  <Section id="factors" title="Repeated factors" note="named by more than one retrospective">
    {review.repeatedFactors.length === 0 && <p className={classes.quiet}>None in these days.</p>}
    <ul className={classes.list}>
      {review.repeatedFactors.map(({ tag, releases }) => (
        <li key={tag}>
          <span className={classes.tag}>{tag}</span> {releases.length} times:{' '}
          {releases.map((id, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <Link href={routes.release(id)}>{id.slice(0, 8)}</Link>
            </span>
          ))}
        </li>
      ))}
    </ul>
  </Section>
);

const Releases = ({
  id,
  title,
  all,
  releases,
}: {
  id: string;
  title: string;
  all: number;
  releases: readonly ReviewRelease[];
}) => (
  <Section
    id={id}
    title={title}
    {...(all > releases.length
      ? { note: `the latest ${releases.length} of ${all}; the CSV file has all` }
      : {})}
  >
    {releases.length === 0 && <p className={classes.quiet}>Nothing in these days.</p>}
    <ul className={classes.list}>
      {releases.map((release) => (
        <li key={release.id}>
          <ReleaseLink release={release} /> in {release.environmentName}, <Exact at={release.finishedAt} />
        </li>
      ))}
    </ul>
  </Section>
);

const ReleaseLink = ({ release }: { release: ReviewRelease }) => (
  <Link
    href={release.retrospective ? routes.review(release.retrospective) : routes.release(release.id)}
    className={classes.name}
  >
    {release.serviceName} {release.version}
  </Link>
);
