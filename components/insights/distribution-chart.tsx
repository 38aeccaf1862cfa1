'use client';

import { Bar, CartesianGrid, ComposedChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { Bucket } from '#lib/domain/dora/buckets.ts';
import { ChartFrame } from '../charts/frame.tsx';
import { linearAxis } from '../charts/scale.ts';
import { bucketWords, distributionSummary } from './distribution-words.ts';
import classes from './insights.module.css';
import { countWords, spanWords } from './words.ts';

type Props = {
  title: string;
  buckets: readonly Bucket[];
  /** One of them, and several: "commit", "commits". */
  unit: string;
  units: string;
  /** The median is marked in its bucket; null = too few samples. */
  median: number | null;
};

/** How the samples lie, since a median alone hides the slow ones. */
export const DistributionChart = ({ title, buckets, unit, units, median }: Props) => {
  const points = buckets.map((bucket, at) => ({ ...bucket, at }));
  const total = points.reduce((sum, { n }) => sum + n, 0);
  const axis = linearAxis(Math.max(1, ...points.map(({ n }) => n)), (value) => String(value));
  const labelOf = (at: number): string => (points[at] ? bucketWords(points[at]) : '');
  const middle = median === null ? null : points.find(({ high }) => high === null || median < high);
  const share = (n: number): string => (total === 0 ? '' : `${Math.round((n / total) * 100)} %`);
  return (
    <ChartFrame
      title={title}
      summary={distributionSummary(title, points)}
      points={points}
      momentOf={labelOf}
      initial={points.findIndex(({ n }) => n === Math.max(...points.map((point) => point.n)))}
      readings={({ n }) => [
        { name: 'here', style: STYLE, value: countWords(n, unit, units), basis: share(n) },
      ]}
      table={{
        head: 'Took',
        columns: [units, 'share'],
        cells: ({ n }) => [String(n), share(n)],
        csv: ['from_seconds,to_seconds,count', ...points.map(csvRow)].join('\n'),
      }}
      draw={({ width, onPoint }) => (
        <div
          className={classes.drawing}
          onPointerMove={(event) => {
            const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS_WIDTH;
            const place = Math.floor((x / Math.max(1, width - AXIS_WIDTH - 14)) * points.length);
            onPoint(Math.max(0, Math.min(points.length - 1, place)));
          }}
        >
          <ComposedChart
            width={width}
            height={196}
            data={points}
            margin={{ top: 16, right: 14, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="at"
              type="category"
              interval={width < 480 ? 2 : 0}
              tickFormatter={(at: number) => shortLabel(points[at])}
              height={22}
              stroke="var(--line-strong)"
              tickLine={false}
              tick={TICK}
            />
            <YAxis
              domain={[0, axis.ticks.at(-1) ?? 1]}
              ticks={axis.ticks.filter(Number.isInteger)}
              width={AXIS_WIDTH}
              axisLine={false}
              tickLine={false}
              tick={TICK}
            />
            <Bar
              dataKey="n"
              fill="var(--baseline)"
              isAnimationActive={false}
              radius={[2, 2, 0, 0]}
              maxBarSize={44}
            />
            {middle && median !== null && (
              <ReferenceLine
                x={middle.at}
                stroke="var(--limit)"
                strokeWidth={1.5}
                strokeDasharray="1 4"
                strokeLinecap="round"
                label={{
                  value: `median ${spanWords(median)}`,
                  position: 'top',
                  fill: 'var(--ink-2)',
                  fontSize: 11,
                }}
              />
            )}
          </ComposedChart>
        </div>
      )}
    />
  );
};

const AXIS_WIDTH = 40;
const TICK = { fill: 'var(--ink-3)', fontSize: 11 };
const STYLE = { colour: 'var(--baseline)', dash: null, marker: 'hollow-square' } as const;

const shortLabel = (bucket: Bucket | undefined): string => {
  if (!bucket) return '';
  return bucket.high === null ? `${spanWords(bucket.low)} +` : `< ${spanWords(bucket.high)}`;
};

const csvRow = ({ low, high, n }: Bucket): string => [low, high ?? '', n].join(',');
