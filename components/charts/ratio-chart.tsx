'use client';

import type { AnalysisPointView } from '#lib/contract/analysis.ts';
import { ChartFrame } from './frame.tsx';
import { trackStyle } from './marker.tsx';
import { Plot, type PlotLimit } from './plot.tsx';
import { logAxis, type PlotMarker, ratioTicks } from './scale.ts';
import { csvRows, ratioSummary, spanText, timesLabel } from './summary.ts';

/** A point of a rerun with its time in milliseconds. */
export type AnalysisPoint = Omit<AnalysisPointView, 'at'> & { at: number };

type Props = {
  title: string;
  points: AnalysisPoint[];
  from: number;
  to: number;
  markers: PlotMarker[];
  /** The ratio that the plan still tolerates. */
  limit: number;
  /** What the interval promises: "99 %". */
  certainty: string;
};

/** Canary over baseline since the warm-up, with its always-valid interval; "same" and the tolerated ratio lie across. */
export const RatioChart = ({ title, points, from, to, markers, limit, certainty }: Props) => {
  const axis = logAxis(ratioTicks(spanOf(points, limit)), timesLabel);
  const style = trackStyle('canary');
  return (
    <ChartFrame
      title={title}
      summary={ratioSummary(title, points.at(-1)?.ratio ?? null, limit)}
      points={points}
      readings={({ ratio }) => [
        {
          name: 'canary / baseline',
          style,
          value: ratio.estimate === null ? 'unknown' : timesLabel(ratio.estimate),
          basis: `${spanText(ratio, timesLabel)}${ratio.low === null && ratio.high === null ? '' : `, ${certainty} sure`}`,
        },
      ]}
      table={{
        columns: ['Canary / baseline', 'surely'],
        cells: ({ ratio }) => [
          ratio.estimate === null ? 'unknown' : timesLabel(ratio.estimate),
          spanText(ratio, timesLabel),
        ],
        csv: csvRows(['at', 'ratio', 'low', 'high'], points, ({ ratio }) => [
          ratio.estimate,
          ratio.low,
          ratio.high,
        ]),
      }}
      draw={(area) => (
        <Plot
          {...area}
          points={points}
          from={from}
          to={to}
          axis={axis}
          markers={markers}
          bands={[
            {
              name: 'canary / baseline',
              style,
              range: ({ ratio }) =>
                ratio.low === null && ratio.high === null
                  ? null
                  : [ratio.low ?? Number.MIN_VALUE, ratio.high ?? Number.MAX_VALUE],
            },
          ]}
          lines={[
            { name: 'ratio', style, value: ({ ratio }) => drawn(ratio.estimate, axis.clamp), label: 'ratio' },
          ]}
          limits={[
            { value: 1, label: 'same', side: limit < 1 ? 'above' : 'below' },
            ...(limit === 1 ? [] : [tolerated(limit)]),
          ]}
        />
      )}
    />
  );
};

const tolerated = (limit: number): PlotLimit => ({
  value: limit,
  label: `tolerated ${timesLabel(limit)}`,
  side: limit < 1 ? 'below' : 'above',
});

/** A ratio of zero lies below every logarithm: at the lower end. */
const drawn = (ratio: number | null, clamp: (value: number) => number): number | null =>
  ratio === null ? null : clamp(ratio);

const SPAN = { least: 2, most: 32 };

const spanOf = (points: AnalysisPoint[], limit: number): number => {
  const last = points.at(-1)?.ratio;
  // The first estimates swing widely; they may leave the scale.
  const settled = points.slice(Math.floor(points.length / 3));
  const shown = [limit, last?.low, last?.high, ...settled.map(({ ratio }) => ratio.estimate)];
  const reach = shown.map((value) => (value ? Math.max(value, 1 / value) : 1));
  return Math.min(SPAN.most, Math.max(SPAN.least, ...reach));
};
