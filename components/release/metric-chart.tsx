'use client';

import type { ReleaseView, SamplesView } from '#lib/contract/release.ts';
import { percentText, secondsText } from '#lib/domain/analysis/words.ts';
import { ComparisonChart, type ComparisonLimit } from '../charts/comparison-chart.tsx';
import { type ChartPoint, errorRate, eventRate, latencyQuantile, WINDOW_SECONDS } from '../charts/points.ts';
import { percentShare } from '../ui/share.ts';

const Q = 0.95;

/** The comparison that belongs to a metric; kinds whose samples hold no per-track counts have none. */
export const MetricChart = ({
  name,
  kind,
  release,
  samples,
}: {
  name: string;
  kind: string;
  release: ReleaseView;
  samples: SamplesView;
}) => {
  const drawn = drawing(name, kind, samples);
  if (!drawn) return null;
  return (
    <ComparisonChart
      {...drawn}
      points={ofThisCanary(drawn.points, release)}
      title={`${drawn.title}, over the last ${Math.max(WINDOW_SECONDS, samples.step)} s`}
      from={Math.max(Date.parse(samples.from), drawn.points[0]?.at ?? 0)}
      to={Date.parse(samples.to)}
      markers={stageMarkers(release)}
      limit={limitOf(name, kind, release)}
      versions={{ canary: release.version, baseline: release.baselineVersion ?? '' }}
    />
  );
};

/** Before the first stage the canary track carried something else. */
const ofThisCanary = (points: ChartPoint[], { stages, startedAt }: ReleaseView): ChartPoint[] => {
  const began = Date.parse(stages.find((stage) => stage.startedAt !== null)?.startedAt ?? startedAt);
  return points.map((point) => (point.at <= began ? { ...point, canary: null } : point));
};

/** Whether the samples of this kind can be drawn side by side. */
export const hasComparison = (kind: string): boolean => ['errors', 'latency', 'rate'].includes(kind);

/** The moments at which shares changed. */
export const stageMarkers = (release: Pick<ReleaseView, 'stages'>) =>
  release.stages.flatMap(({ share, startedAt }) =>
    startedAt ? [{ at: Date.parse(startedAt), label: percentShare(share) }] : [],
  );

/** The plan's guard where it has one for what is drawn, else its margin; a business rate may fall by its margin. */
const limitOf = (name: string, kind: string, release: ReleaseView): ComparisonLimit | null => {
  const policy = release.analysisPolicy.metrics.find((metric) => metric.name === name);
  if (!policy) return null;
  const guard = kind === 'latency' ? policy.guard?.p95 : policy.guard?.rate;
  if (guard !== undefined) return { kind: 'guard', value: kind === 'latency' ? guard : guard / 100 };
  return { kind: 'margin', factor: 1 + (kind === 'rate' ? -1 : 1) * (policy.margin / 100) };
};

const drawing = (name: string, kind: string, samples: SamplesView) => {
  if (kind === 'errors') return { title: 'Error rate', points: errorRate(samples), format: percentText };
  if (kind === 'latency')
    return { title: 'Latency p95', points: latencyQuantile(samples, Q), format: secondsText };
  if (kind === 'rate')
    return { title: `${name} per request`, points: eventRate(samples, name), format: percentText };
  return null;
};
