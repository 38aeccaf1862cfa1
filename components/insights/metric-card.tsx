'use client';

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { WindowSummary } from '#lib/domain/dora/answer.ts';
import type { Summary } from '#lib/domain/dora/summary.ts';
import classes from './insights.module.css';
import type { MetricView } from './metrics.ts';
import { TrendChart } from './trend-chart.tsx';
import { NO_DATA } from './words.ts';

type Props = {
  view: MetricView;
  total: Summary;
  windows: readonly WindowSummary[];
  by: 'week' | 'month';
  /** Opens the rows of the whole, or of one window. */
  onRows: (window?: WindowSummary) => void;
  children?: ReactNode;
};

/** A number with its definition, what it stands on, and its own past. The number opens its rows. */
export const MetricCard = ({ view, total, windows, by, onRows, children }: Props) => {
  const headline = view.headline(total);
  const none = headline === NO_DATA || headline.startsWith('too few');
  return (
    <section className={classes.metric} aria-labelledby={`metric-${view.metric}`}>
      <div className={classes.metricHead}>
        <div>
          <h3 id={`metric-${view.metric}`} className={classes.metricTitle}>
            {view.title}
          </h3>
          <p className={classes.number} data-none={none || undefined}>
            {headline}
          </p>
        </div>
        <Button variant="default" size="compact-sm" onClick={() => onRows()}>
          Rows
          <span className={classes.hidden}> of {view.title}</span>
        </Button>
      </div>
      <p className={classes.facts}>
        {view.facts(total).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <p className={classes.definition}>{view.definition}</p>
      <TrendChart
        title={`${view.title} by ${by}`}
        windows={windows}
        series={view.series}
        basis={view.basis}
        format={view.format}
        unit={view.unit}
        onWindow={onRows}
      />
      {children}
    </section>
  );
};
