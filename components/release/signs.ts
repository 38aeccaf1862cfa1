/** The sign of each verdict, state and outcome: one table for every page. */
import type { ReleaseRow, ReleaseView, VerdictView } from '#lib/contract/release.ts';
import { STANDINGS, type StandingName } from '../charts/encodings.ts';
import type { Sign } from '../ui/standing.tsx';

const BLIND = ['no-canary-data', 'no-baseline-data', 'stale-data', 'bad-data', 'sample-ratio'];

/** Missing, late or impossible data reads "cannot tell yet", never as a pass. */
export const verdictSign = (verdict: Pick<VerdictView, 'decision' | 'holdReason'> | null): Sign => {
  if (!verdict) return standingSign('unknown');
  if (verdict.decision === 'hold')
    return standingSign(verdict.holdReason && BLIND.includes(verdict.holdReason) ? 'unknown' : 'hold');
  return standingSign(verdict.decision === 'advance' ? 'pass' : 'fail');
};

/** A metric without any counts cannot be told; otherwise its own decision counts. */
export const metricSign = (metric: VerdictView['metrics'][number]): Sign => {
  if (metric.decision === 'rollback') return standingSign('fail');
  if (metric.canary.n === 0 || metric.baseline.n === 0) return standingSign('unknown');
  return standingSign(metric.decision === 'advance' ? 'pass' : 'hold');
};

export const stateSign = ({ state, outcome }: Pick<ReleaseView | ReleaseRow, 'state' | 'outcome'>): Sign => {
  if (outcome) return OUTCOMES[outcome];
  return STATES[state];
};

const standingSign = (name: StandingName): Sign => ({
  tone: name,
  shape: STANDINGS[name].shape,
  word: STANDINGS[name].word,
});

const OUTCOMES: Record<NonNullable<ReleaseView['outcome']>, Sign> = {
  released: { tone: 'pass', shape: 'check-in-circle', word: 'released' },
  'rolled-back': { tone: 'fail', shape: 'cross-in-octagon', word: 'rolled back' },
  cancelled: { tone: 'unknown', shape: 'dashed-ring', word: 'cancelled' },
};

const STATES: Record<ReleaseView['state'], Sign> = {
  pending: { tone: 'hold', shape: 'clock', word: 'waits for approval' },
  running: { tone: 'plain', shape: 'triangle-in-circle', word: 'running' },
  paused: { tone: 'hold', shape: 'bars-in-square', word: 'paused' },
  'rolling-back': { tone: 'fail', shape: 'cross-in-octagon', word: 'rolling back' },
  finished: { tone: 'unknown', shape: 'dashed-ring', word: 'finished' },
};
