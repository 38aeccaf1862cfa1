import type { WindowSummary } from '#lib/domain/dora/answer.ts';
import type { Summary } from '#lib/domain/dora/summary.ts';
import type { LineStyle } from '../charts/marker.tsx';
import type { Metric } from './filters.ts';
import type { TrendSeries } from './trend-chart.tsx';
import { countWords, frequencyWords, rateWords, sampled, sampledWords, spanWords } from './words.ts';

/** One of the five: how it is called, said and drawn. */
export type MetricView = {
  metric: Metric;
  title: string;
  /** What is counted, in one sentence. */
  definition: string;
  headline: (total: Summary) => string;
  /** What stands beside it: spread, sample size, exclusions. */
  facts: (total: Summary) => string[];
  basis: (window: WindowSummary) => string;
  series: TrendSeries[];
  unit: 'seconds' | 'share' | 'count';
  format: (value: number) => string;
};

const MAIN: LineStyle = { colour: 'var(--baseline)', dash: null, marker: 'filled-circle' };
const SECOND: LineStyle = { colour: 'var(--ink-2)', dash: '6 4', marker: 'hollow-square' };
const THIRD: LineStyle = { colour: 'var(--limit)', dash: '1 4', marker: 'none' };

const line = (
  name: string,
  style: LineStyle,
  value: TrendSeries['value'],
  say: TrendSeries['say'],
): TrendSeries => ({ name, kind: 'line', style, value, say });

const leadTime = (name: string, style: LineStyle, key: 'median_s' | 'p75_s' | 'p90_s'): TrendSeries =>
  line(
    name,
    style,
    ({ lead_time }) => sampled(lead_time[key], lead_time.n),
    ({ lead_time }) => sampledWords(lead_time[key], lead_time.n),
  );

const recovery = (name: string, style: LineStyle, key: 'median_s' | 'p90_s'): TrendSeries =>
  line(
    name,
    style,
    ({ recovery: own }) => sampled(own[key], own.n),
    ({ recovery: own }) => sampledWords(own[key], own.n),
  );

/** In the order of the page: how often and how well, then how fast. */
export const METRIC_VIEWS: readonly MetricView[] = [
  {
    metric: 'deployments',
    title: 'Deployment frequency',
    definition: 'Successful production deployments that finished, hotfixes and rollbacks included.',
    headline: ({ per_day }) => frequencyWords(per_day),
    facts: (total) => [
      countWords(total.deployments, 'deployment'),
      `${total.deployments_excl_rollbacks} without rollbacks`,
      `on ${total.deploy_days} of ${countWords(total.days, 'day')}`,
    ],
    basis: ({ deploy_days, days }) => `on ${deploy_days} of ${countWords(days, 'day')}`,
    series: [
      {
        name: 'deployments',
        kind: 'bar',
        style: { colour: 'var(--baseline)', dash: null, marker: 'hollow-square' },
        value: ({ deployments }) => deployments,
        say: ({ deployments }) => String(deployments),
      },
    ],
    unit: 'count',
    format: String,
  },
  {
    metric: 'change-failure',
    title: 'Change fail rate',
    definition: 'Changes that were aborted, caused an incident, were rolled back or needed a hotfix.',
    headline: ({ change_failure }) => rateWords(change_failure.rate),
    facts: ({ change_failure: own }) => [
      `${own.failed} of ${countWords(own.changes, 'change')}`,
      `${rateWords(own.rate_uncontained)} without the ${own.contained} contained`,
    ],
    basis: ({ change_failure: own }) => `${own.failed} of ${countWords(own.changes, 'change')}`,
    series: [
      line(
        'all failures',
        MAIN,
        ({ change_failure }) => change_failure.rate,
        ({ change_failure }) => rateWords(change_failure.rate),
      ),
      line(
        'without contained',
        SECOND,
        ({ change_failure }) => change_failure.rate_uncontained,
        ({ change_failure }) => rateWords(change_failure.rate_uncontained),
      ),
    ],
    unit: 'share',
    format: rateWords,
  },
  {
    metric: 'lead-time',
    title: 'Change lead time',
    definition: 'From the author writing a commit to the first successful production deployment with it.',
    headline: ({ lead_time }) => sampledWords(lead_time.median_s, lead_time.n),
    facts: ({ lead_time }) => [
      `median of ${countWords(lead_time.n, 'commit')}`,
      `p75 ${sampledWords(lead_time.p75_s, lead_time.n)}`,
      `p90 ${sampledWords(lead_time.p90_s, lead_time.n)}`,
      ...(lead_time.skewed > 0 ? [`${lead_time.skewed} left out: written after their deployment`] : []),
    ],
    basis: ({ lead_time }) => countWords(lead_time.n, 'commit'),
    series: [
      leadTime('median', MAIN, 'median_s'),
      leadTime('p75', SECOND, 'p75_s'),
      leadTime('p90', THIRD, 'p90_s'),
    ],
    unit: 'seconds',
    format: spanWords,
  },
  {
    metric: 'recovery',
    title: 'Failed deployment recovery time',
    definition: 'From the beginning of the impact of a failed change to its end.',
    headline: ({ recovery: own }) => sampledWords(own.median_s, own.n),
    facts: ({ recovery: own }) => [
      `median of ${countWords(own.n, 'recovery', 'recoveries')}`,
      `p90 ${sampledWords(own.p90_s, own.n)}`,
      `${own.open} still open`,
      `from the deployment ${sampledWords(own.from_deploy_median_s, own.n)}`,
    ],
    basis: ({ recovery: own }) => countWords(own.n, 'recovery', 'recoveries'),
    series: [recovery('median', MAIN, 'median_s'), recovery('p90', SECOND, 'p90_s')],
    unit: 'seconds',
    format: spanWords,
  },
  {
    metric: 'rework',
    title: 'Deployment rework rate',
    definition: 'Successful production deployments that nobody had planned: hotfixes and rollbacks.',
    headline: ({ rework }) => rateWords(rework.rate),
    facts: ({ rework, deployments }) => [`${rework.rework} of ${countWords(deployments, 'deployment')}`],
    basis: ({ rework, deployments }) => `${rework.rework} of ${countWords(deployments, 'deployment')}`,
    series: [
      line(
        'rework',
        MAIN,
        ({ rework }) => rework.rate,
        ({ rework }) => rateWords(rework.rate),
      ),
    ],
    unit: 'share',
    format: rateWords,
  },
];
