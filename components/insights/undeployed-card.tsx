import { Button } from '@mantine/core';
import type { DoraView } from '#lib/contract/dora.ts';
import classes from './insights.module.css';
import { countWords, spanWords } from './words.ts';

type Props = { undeployed: DoraView['undeployed']; onRows: () => void };

/** What is merged and not shipped: it tells of trouble before any of the other numbers does. */
export const UndeployedCard = ({ undeployed, onRows }: Props) => {
  const waiting = Object.entries(undeployed).sort(([a], [b]) => (a < b ? -1 : 1));
  const oldest = Math.max(...waiting.map(([, { age_s }]) => age_s));
  const commits = waiting.reduce((sum, [, { n }]) => sum + n, 0);
  return (
    <section className={classes.metric} aria-labelledby="metric-undeployed">
      <div className={classes.metricHead}>
        <div>
          <h3 id="metric-undeployed" className={classes.metricTitle}>
            Undeployed age
          </h3>
          <p className={classes.number} data-none={waiting.length === 0 || undefined}>
            {waiting.length === 0 ? 'nothing waits' : spanWords(oldest)}
          </p>
        </div>
        <Button variant="default" size="compact-sm" onClick={onRows}>
          Rows
          <span className={classes.hidden}> of Undeployed age</span>
        </Button>
      </div>
      <p className={classes.facts}>
        <span>{countWords(commits, 'commit')} wait</span>
        <span>as of now</span>
      </p>
      <p className={classes.definition}>
        The oldest commit of each service that is merged and in no successful production deployment yet.
      </p>
      <dl className={classes.waiting}>
        {waiting.map(([service, { n, age_s }]) => (
          <div key={service} style={{ display: 'contents' }}>
            <dt>{service}</dt>
            <dd>{countWords(n, 'commit')}</dd>
            <dd>{spanWords(age_s)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
