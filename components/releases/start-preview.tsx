import type { PlanView } from '#lib/contract/config.ts';
import { PlanPicture } from '../plans/plan-picture.tsx';
import classes from './start-panel.module.css';

/** What the release would do, before it is started. */
export const StartPreview = (props: { plan: PlanView; baseline: string | null; version: string }) => (
  <section className={classes.preview} aria-label="What will happen">
    <p>
      {props.baseline ? `${props.baseline} is in charge.` : 'No version is in charge here yet.'}{' '}
      {props.version && `${props.version} gets traffic like this:`}
    </p>
    <PlanPicture stages={props.plan.stages} />
  </section>
);
