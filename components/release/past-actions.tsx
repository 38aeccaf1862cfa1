import { type ReleaseView, releaseActions } from '#lib/contract/release.ts';
import { Card, Section } from '../ui/page.tsx';
import { Shape } from '../ui/shape.tsx';
import { actionLabel } from './action-words.ts';
import classes from './replay-bar.module.css';

/** What you might have done then, with the reasons for what you might not. Nothing can be done in the past. */
export const PastActions = ({ release }: { release: ReleaseView }) => (
  <Section
    id="actions"
    title="What could be done then"
    note="by you, with what you may do today; nothing can be done in the past"
  >
    <Card>
      <ul className={classes.past}>
        {releaseActions.map((action) => {
          const answer = release.actions[action];
          return (
            <li key={action} data-allowed={answer?.allowed || undefined}>
              <span>
                <Shape name={answer?.allowed ? 'check-in-circle' : 'dashed-ring'} />{' '}
                {actionLabel(action, release)}
              </span>
              <span>{answer?.allowed ? answer.effect : `No: ${answer?.text ?? 'not known'}`}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  </Section>
);
