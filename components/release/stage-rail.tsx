'use client';

import type { ReleaseStageView, ReleaseView } from '#lib/contract/release.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { Shape, type ShapeName } from '../ui/shape.tsx';
import { percentShare } from '../ui/share.ts';
import { Clock, Until } from '../ui/time.tsx';
import { nextMoment } from './next-moment.ts';
import classes from './stage-rail.module.css';

/** The plan as a list of stages with their times; the present one says what comes next. */
export const StageRail = ({ release }: { release: ReleaseView }) => (
  <ol className={classes.rail} aria-label="Stages">
    {release.stages.map((stage) => (
      <li
        key={stage.index}
        className={classes.stage}
        data-status={stage.status}
        aria-current={stage.status === 'current' ? 'step' : undefined}
      >
        <span className={classes.node}>
          <Shape name={NODES[stage.status]} size={18} />
        </span>
        <span className={classes.share}>{percentShare(stage.share)}</span>
        <span className={classes.name}>
          {stage.name} <span className={classes.status}>{STATUS_WORDS[stage.status]}</span>
        </span>
        <span className={classes.gate}>{gateText(stage)}</span>
        <span className={classes.times}>
          <StageTimes stage={stage} release={release} />
        </span>
      </li>
    ))}
  </ol>
);

const StageTimes = ({ stage, release }: { stage: ReleaseStageView; release: ReleaseView }) => {
  if (!stage.startedAt) return null;
  if (stage.endedAt) {
    const seconds = (Date.parse(stage.endedAt) - Date.parse(stage.startedAt)) / 1_000;
    return (
      <>
        <Clock at={stage.startedAt} seconds={false} />, took {durationText(seconds)}
      </>
    );
  }
  return (
    <>
      since <Clock at={stage.startedAt} />
      {stage.status === 'current' && release.nextAt && nextMoment(release) && (
        <>
          <br />
          {nextMoment(release)?.toLowerCase()} <Until at={release.nextAt} />
        </>
      )}
    </>
  );
};

const NODES: Record<ReleaseStageView['status'], ShapeName> = {
  done: 'check-in-circle',
  current: 'triangle-in-circle',
  next: 'dashed-ring',
  skipped: 'cross-in-octagon',
};

const STATUS_WORDS: Record<ReleaseStageView['status'], string> = {
  done: 'done',
  current: 'now',
  next: 'to come',
  skipped: 'not reached',
};

const GATE_WORDS: Record<ReleaseStageView['gate'], string> = {
  evidence: 'evidence',
  manual: 'a person advances',
  approval: 'approval',
  bake: 'time',
  check: 'checks',
};

/** What lets the release leave this stage; the last one is only watched. */
export const gateText = (
  stage: Pick<ReleaseStageView, 'gate' | 'share' | 'bakeSecondsMin' | 'watchSeconds'>,
): string => {
  if (stage.share >= 100) return `watched ${durationText(stage.watchSeconds)}`;
  const least = stage.bakeSecondsMin > 0 ? `, ≥ ${durationText(stage.bakeSecondsMin)}` : '';
  return `${GATE_WORDS[stage.gate]}${least}`;
};
