import type { ReleaseView } from '#lib/contract/release.ts';
import { Card, Section } from '../ui/page.tsx';
import { Shape } from '../ui/shape.tsx';
import { percentShare } from '../ui/share.ts';
import classes from './release-page.module.css';

/** What must hold before the next stage, ticked or not, in words. */
export const Requirements = ({ release }: { release: ReleaseView }) => {
  const { requirements, exposure } = release;
  if (requirements.length === 0) return null;
  const met = requirements.filter((requirement) => requirement.met).length;
  const next = exposure.shareAfterAdvance;
  return (
    <Section
      id="requirements"
      title={next === null ? 'Before it is released' : `Before ${percentShare(next)}`}
      note={`${met} of ${requirements.length} met`}
    >
      <Card>
        <ul className={classes.checks}>
          {requirements.map((requirement) => (
            <li key={requirement.text} data-met={requirement.met || undefined}>
              <Shape name={requirement.met ? 'check-in-circle' : 'dashed-ring'} />
              <span>
                <span className={classes.hidden}>{requirement.met ? 'Met: ' : 'Not yet: '}</span>
                {requirement.text}
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
};
