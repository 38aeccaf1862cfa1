'use client';

import type { ReleaseTargetView, ReleaseView } from '#lib/contract/release.ts';
import { countText } from '#lib/domain/analysis/words.ts';
import { barPosition, percentShare, sharesAgree } from '../ui/share.ts';
import { Ago } from '../ui/time.tsx';
import { Progress } from './progress.tsx';
import classes from './target-list.module.css';

/** For each cluster: the share that was wanted, the one the router counts, and how far the last wish has come. */
export const TargetList = ({ release }: { release: ReleaseView }) => (
  <ul className={classes.list}>
    {release.targets.map((target) => (
      <li key={target.id} className={classes.target}>
        <div className={classes.head}>
          <span className={classes.cluster}>{target.cluster}</span>
          <Progress reached={target.progress} over={release.outcome !== null} />
        </div>
        <ShareBar target={target} />
        <p className={classes.words}>
          <span className={classes.wanted}>
            <WantedMark /> wanted <strong>{percentShare(target.share.wanted)}</strong>
          </span>
          <span className={classes.seen} data-agrees={agreement(target)}>
            <SeenMark /> {seenText(target)}
          </span>
          {target.share.seenAt && (
            <span className={classes.age}>
              counted <Ago at={target.share.seenAt} />
            </span>
          )}
        </p>
        <Problems target={target} />
      </li>
    ))}
  </ul>
);

const ShareBar = ({ target: { share } }: { target: ReleaseTargetView }) => (
  <div className={classes.bar} aria-hidden="true">
    <span className={classes.fill} style={{ width: `${barPosition(share.seen ?? 0) * 100}%` }} />
    {[1, 5, 25, 50].map((tick) => (
      <span key={tick} className={classes.tick} style={{ left: `${barPosition(tick) * 100}%` }} />
    ))}
    <span className={classes.wantedAt} style={{ left: `${barPosition(share.wanted) * 100}%` }} />
    {share.seen !== null && (
      <span className={classes.seenAt} style={{ left: `${barPosition(share.seen) * 100}%` }} />
    )}
  </div>
);

const WantedMark = () => <span className={classes.wantedKey} aria-hidden="true" />;
const SeenMark = () => <span className={classes.seenKey} aria-hidden="true" />;

const agreement = ({ share }: ReleaseTargetView): 'yes' | 'no' | 'unknown' => {
  if (share.seen === null || share.seenRequests === 0) return 'unknown';
  return sharesAgree(share.wanted, share.seen, share.seenRequests) ? 'yes' : 'no';
};

/** Unknown is a fact of its own: a router that cannot be read back is not one that obeys. */
const seenText = (target: ReleaseTargetView) => {
  const { seen, seenRequests } = target.share;
  if (seen === null || seenRequests === 0) return 'seen unknown: no traffic counted since the change';
  const differs = agreement(target) === 'no' ? ', differs from wanted' : '';
  return (
    <>
      seen <strong>{percentShare(seen)}</strong> of {countText(seenRequests)} requests{differs}
    </>
  );
};

const Problems = ({ target }: { target: ReleaseTargetView }) => (
  <>
    {!target.agent.connected && (
      <p className={classes.problem}>
        No contact with the agent
        {target.agent.since && (
          <>
            {' '}
            since <Ago at={target.agent.since} />
          </>
        )}
        ; the router keeps what it has.
      </p>
    )}
    {target.problem && <p className={classes.problem}>Router: {target.problem}</p>}
    {target.sourceProblem && <p className={classes.problem}>Metrics: {target.sourceProblem}</p>}
  </>
);
