'use client';

import { useQuery } from '@tanstack/react-query';
import { releaseSamplesQuery } from '#lib/client/queries.ts';
import type { ReleaseComparison } from '#lib/contract/compare.ts';
import type { SamplesView } from '#lib/contract/release.ts';
import { percentText, secondsText } from '#lib/domain/analysis/words.ts';
import { type ChartPoint, errorRate, latencyQuantile } from '../charts/points.ts';
import { Card } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { alignPoints } from './aligned.ts';
import { AlignedChart } from './aligned-chart.tsx';
import classes from './compare.module.css';

/** Error rate and latency of both canaries, laid over each other where each began. */
export const CompareCharts = ({ compared: { a, b } }: { compared: ReleaseComparison }) => {
  const [first, second] = [useQuery(releaseSamplesQuery(a.id)), useQuery(releaseSamplesQuery(b.id))];
  const error = first.error ?? second.error;
  if (error) return <ProblemNote error={error} />;
  if (a.canaryStartedAt === null || b.canaryStartedAt === null)
    return (
      <Card>One of them never gave its canary traffic, so that there is nothing to lay over each other.</Card>
    );
  if (!first.data || !second.data) return null;
  const [samplesA, samplesB] = [first.data, second.data];
  const starts = { a: Date.parse(a.canaryStartedAt), b: Date.parse(b.canaryStartedAt) };
  const aligned = (measure: (samples: SamplesView) => ChartPoint[]) =>
    alignPoints(
      { points: measure(samplesA), startedAt: starts.a },
      { points: measure(samplesB), startedAt: starts.b },
      Math.max(samplesA.step, samplesB.step),
    );
  const versions = { a: a.version, b: b.version };
  return (
    <Card>
      <AlignedChart title="Error rate" points={aligned(errorRate)} format={percentText} versions={versions} />
      <div className={classes.gap} />
      <AlignedChart
        title="Latency p95"
        points={aligned((samples) => latencyQuantile(samples, 0.95))}
        format={secondsText}
        versions={versions}
      />
    </Card>
  );
};
