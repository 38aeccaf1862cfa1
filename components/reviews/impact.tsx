import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { IMPACT_WORDS } from '#lib/domain/retrospective/impact-words.ts';
import { Section } from '../ui/page.tsx';
import classes from './reviews.module.css';

/** Exact numbers, each with the way it was found; "cannot tell" where the record is silent. */
export const Impact = ({ impact }: Pick<RetrospectiveView, 'impact'>) => (
  <Section id="impact" title="Impact">
    <dl className={classes.figures}>
      {IMPACT_WORDS.map(({ key, label, text }) => {
        const { value, how } = impact[key];
        return (
          <div key={key} className={classes.figure}>
            <dt>{label}</dt>
            <dd data-unknown={value === null || undefined}>{value === null ? 'cannot tell' : text(value)}</dd>
            <dd className={classes.how}>{value === null ? how.replace(/^cannot tell: /, '') : how}</dd>
          </div>
        );
      })}
    </dl>
  </Section>
);
