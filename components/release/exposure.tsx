import type { ReleaseView } from '#lib/contract/release.ts';
import { countText } from '#lib/domain/analysis/words.ts';
import { percentShare } from '../ui/share.ts';
import classes from './release-page.module.css';

/** The blast radius: now, and what the next step would make of it. */
export const Exposure = ({ release: { exposure } }: { release: ReleaseView }) => {
  const after = exposure.shareAfterAdvance;
  const factor = after !== null && exposure.share > 0 ? after / exposure.share : null;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>Share of traffic</dt>
        <dd>
          {percentShare(exposure.share)}
          {after !== null && <span className={classes.after}> → {percentShare(after)} next</span>}
        </dd>
      </div>
      <div>
        <dt>Canary requests a minute</dt>
        <dd>
          {exposure.requestsPerMinute === null ? 'unknown' : countText(exposure.requestsPerMinute)}
          {exposure.requestsPerMinute !== null && factor !== null && (
            <span className={classes.after}> → ≈ {countText(exposure.requestsPerMinute * factor)}</span>
          )}
        </dd>
      </div>
      <div>
        <dt>Failed canary requests so far</dt>
        <dd>{exposure.badRequests === null ? 'unknown' : countText(exposure.badRequests)}</dd>
      </div>
      <div>
        <dt>{exposure.clusters === 1 ? 'Cluster' : 'Clusters'}</dt>
        <dd>{exposure.clusters}</dd>
      </div>
    </dl>
  );
};
