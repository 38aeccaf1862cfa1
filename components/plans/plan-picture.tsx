import type { PlanView } from '#lib/contract/config.ts';
import { gateText } from '../release/stage-rail.tsx';
import { barPosition, percentShare } from '../ui/share.ts';
import classes from './plan-picture.module.css';

/** The stages of a plan as rising steps, each with its share, name and gate. */
export const PlanPicture = ({ stages }: { stages: PlanView['stages'] }) => (
  <ol className={classes.picture} aria-label="Stages of the plan">
    {stages.map((stage) => (
      <li key={stage.name} className={classes.stage}>
        <span className={classes.share}>{percentShare(stage.share)}</span>
        <span className={classes.bar} aria-hidden="true">
          <span style={{ width: `${Math.max(0.02, barPosition(stage.share)) * 100}%` }} />
        </span>
        <span className={classes.words}>
          <strong>{stage.name}</strong> {gateText(stage)}
        </span>
      </li>
    ))}
  </ol>
);
