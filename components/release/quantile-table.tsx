import { secondsText } from '#lib/domain/analysis/words.ts';
import type { MetricView } from './evidence-words.ts';
import classes from './metric-card.module.css';

const KEYS = ['p50', 'p95', 'p99'] as const;

/** Both sides' quantiles of late; one in the open last bucket has no number. */
export const QuantileTable = ({ quantiles }: { quantiles: NonNullable<MetricView['quantiles']> }) => (
  <table className={classes.quantiles}>
    <caption>Latency of the last minutes</caption>
    <thead>
      <tr>
        <td />
        {KEYS.map((key) => (
          <th key={key} scope="col">
            {key}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {(['canary', 'baseline'] as const).map((track) => (
        <tr key={track}>
          <th scope="row" data-track={track}>
            {track}
          </th>
          {KEYS.map((key) => (
            <td key={key}>{secondsText(quantiles[track][key])}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
