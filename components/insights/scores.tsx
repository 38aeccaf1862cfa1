import type { Bands2023, Quickcheck } from '#lib/domain/dora/scores.ts';
import { Card } from '../ui/page.tsx';
import classes from './insights.module.css';
import { NO_DATA } from './words.ts';

/** What the people asked in 2025 had on average; rates count the other way round, so that more is always better. */
const ROWS = [
  { key: 'leadtime', name: 'Change lead time', mean: 5.5 },
  { key: 'deployfreq', name: 'Deployment frequency', mean: 4.8 },
  { key: 'failurerecovery', name: 'Recovery time', mean: 7.4 },
  { key: 'changefailure', name: 'Change fail rate, inverted', mean: 8.1 },
  { key: 'rework', name: 'Rework rate, inverted', mean: 7.8 },
] as const;

/** The scores of the DORA Quick Check beside the means of those who answered it. */
export const Scores = ({ scores, bands }: { scores: Quickcheck; bands: Bands2023 }) => (
  <Card>
    <div className={classes.scores}>
      {ROWS.map(({ key, name, mean }) => {
        const score = scores[key];
        return (
          <div key={key} className={classes.score}>
            <span>{name}</span>
            <div className={classes.scale} aria-hidden="true">
              {score !== null && <span className={classes.scaleFill} style={{ width: `${score * 10}%` }} />}
              <span className={classes.scaleMean} style={{ left: `${mean * 10}%` }} />
            </div>
            <span className={classes.scoreValue}>
              <b>{score === null ? NO_DATA : score.toFixed(1)}</b>
              {score !== null && ' of 10'}, mean {mean}
            </span>
          </div>
        );
      })}
    </div>
    <p className={classes.foot}>
      Average of those that are there:{' '}
      {scores.average === null ? NO_DATA : `${scores.average.toFixed(1)} of 10`}. The mark is the mean of the
      2025 survey: a place to look from, no goal.
    </p>
    <p className={classes.foot}>
      For comparison with older tools only, the labels of 2023: {bandWords(bands)}. The report of 2024 moved
      the borders and that of 2025 dropped them for seven profiles of teams; the failure rate never went along
      with the others.
    </p>
  </Card>
);

const bandWords = (bands: Bands2023): string =>
  [
    ['frequency', bands.deployment_frequency],
    ['lead time', bands.lead_time],
    ['fail rate', bands.change_failure_rate],
    ['recovery', bands.recovery_time],
  ]
    .map(([name, band]) => `${name} ${band ?? NO_DATA}`)
    .join(', ');
