'use client';

import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { releaseAnalysisQuery } from '#lib/client/queries.ts';
import type { AnalysisView } from '#lib/contract/analysis.ts';
import type { ReleaseView, SamplesView } from '#lib/contract/release.ts';
import { EvidenceChart } from '../charts/evidence-chart.tsx';
import { type AnalysisPoint, RatioChart } from '../charts/ratio-chart.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import classes from './metric-card.module.css';
import { hasComparison, MetricChart, stageMarkers } from './metric-chart.tsx';

type View = 'comparison' | 'difference' | 'evidence';
type Props = { name: string; kind: string; release: ReleaseView; samples: SamplesView };

/** The charts of one metric, one at a time: both sides, their ratio, or the evidence on its way. */
export const MetricCharts = (props: Props) => {
  const { name, kind } = props;
  const views = VIEWS.filter(({ value }) => value !== 'comparison' || hasComparison(kind));
  const [view, setView] = useState<View>(views[0]?.value ?? 'difference');
  return (
    <div className={classes.charts}>
      <SegmentedControl
        size="xs"
        aria-label={`What the chart of ${name} shows`}
        data={views}
        value={view}
        onChange={(value) => setView(views.find((each) => each.value === value)?.value ?? view)}
      />
      {view === 'comparison' ? <MetricChart {...props} /> : <AnalysisChart {...props} view={view} />}
    </div>
  );
};

const VIEWS: { value: View; label: string }[] = [
  { value: 'comparison', label: 'Both sides' },
  { value: 'difference', label: 'Ratio' },
  { value: 'evidence', label: 'Evidence' },
];

const AnalysisChart = ({ name, release, view }: Props & { view: View }) => {
  const { data, error, refetch } = useQuery(
    releaseAnalysisQuery(release.id, {
      moving: release.state !== 'finished',
      stateVersion: release.stateVersion,
    }),
  );
  if (!data)
    return error ? (
      <ProblemNote error={error} retry={() => void refetch()} />
    ) : (
      <p className={classes.waiting}>Judging the measurements again…</p>
    );
  const metric = data.metrics.find((each) => each.name === name);
  if (!metric) return <p className={classes.waiting}>Nothing of {name} was judged.</p>;
  const until = release.asOf === null ? Number.POSITIVE_INFINITY : Date.parse(release.asOf);
  const points = metric.points
    .map((point): AnalysisPoint => ({ ...point, at: Date.parse(point.at) }))
    .filter(({ at }) => at <= until);
  const shared = {
    points,
    from: Date.parse(data.from),
    to: Date.parse(data.to),
    markers: stageMarkers(release),
  };
  return (
    <>
      {view === 'difference' ? (
        <RatioChart
          {...shared}
          title={ratioTitle(metric)}
          limit={toleratedOf(metric, data)}
          certainty={`${Number(((1 - data.policy.alpha) * 100).toPrecision(4))} %`}
        />
      ) : (
        <EvidenceChart
          {...shared}
          title={`Evidence of ${name}`}
          threshold={metric.threshold}
          advanceThreshold={metric.advanceThreshold}
        />
      )}
      {data.note && <p className={classes.waiting}>{data.note}</p>}
    </>
  );
};

type Metric = AnalysisView['metrics'][number];

const ratioTitle = ({ name, kind }: Metric): string =>
  kind === 'latency'
    ? 'Latency p95, canary to baseline, since the warm-up'
    : `${name === 'errors' ? 'Error rate' : name}, canary to baseline, since the warm-up`;

const toleratedOf = ({ name, direction }: Metric, { policy }: AnalysisView): number => {
  const margin = (policy.metrics.find((metric) => metric.name === name)?.margin ?? 0) / 100;
  return direction === 'higher-is-better' ? 1 - margin : 1 + margin;
};
