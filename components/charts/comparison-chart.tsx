'use client';

import { ChartFrame } from './frame.tsx';
import { trackStyle } from './marker.tsx';
import { Plot, type PlotLimit, type PlotLine } from './plot.tsx';
import type { Arm, ChartPoint } from './points.ts';
import { linearAxis, type PlotMarker } from './scale.ts';
import { armText, bandText, basisText, csvOf, type Format, limitText, summaryOf } from './summary.ts';

export type ComparisonProps = {
  /** What is drawn, with its window: "Error rate, over the last 30 s". */
  title: string;
  points: ChartPoint[];
  /** The span of the time axis, milliseconds. */
  from: number;
  to: number;
  format: Format;
  markers: PlotMarker[];
  versions: { canary: string; baseline: string };
  /** Where the plan draws the line for the canary; null = nowhere. */
  limit: ComparisonLimit | null;
};

/** A guard is the same at all times; a margin goes along with the baseline. */
export type ComparisonLimit = { kind: 'guard'; value: number } | { kind: 'margin'; factor: number };

const TRACKS = ['canary', 'baseline'] as const;

/** Canary against baseline over time, each with the band its true value surely lies in. */
export const ComparisonChart = (props: ComparisonProps) => {
  const { title, points, from, to, format, markers, versions, limit } = props;
  return (
    <ChartFrame
      title={title}
      summary={`${summaryOf(title, points, format)}${limitText(limit, format)}`}
      points={points}
      readings={(point) =>
        TRACKS.map((track) => ({
          name: track,
          detail: versions[track],
          style: trackStyle(track),
          value: armText(point[track], format),
          basis: [basisText(point[track]), bandText(point[track], format)].filter(Boolean).join(', '),
        }))
      }
      table={{
        columns: TRACKS.flatMap((track) => [
          capital(track),
          `${capital(track)} counted`,
          `${capital(track)} surely`,
        ]),
        cells: (point) =>
          TRACKS.flatMap((track) => [
            armText(point[track], format),
            basisText(point[track]),
            bandText(point[track], format),
          ]),
        csv: csvOf(points),
      }}
      draw={(area) => (
        <Plot
          {...area}
          points={points}
          from={from}
          to={to}
          axis={linearAxis(topOf(points, limit), format)}
          markers={markers}
          bands={TRACKS.map((track) => ({
            name: track,
            style: trackStyle(track),
            range: (point: ChartPoint) => rangeOf(point[track]),
          }))}
          lines={[...marginLine(limit), ...TRACKS.toReversed().map(trackLine)]}
          limits={guardLine(limit, format)}
        />
      )}
    />
  );
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const trackLine = (track: (typeof TRACKS)[number]): PlotLine<ChartPoint> => ({
  name: track,
  style: trackStyle(track),
  value: (point) => point[track]?.value ?? null,
});

const guardLine = (limit: ComparisonLimit | null, format: Format): PlotLimit[] =>
  limit?.kind === 'guard'
    ? [{ value: limit.value, label: `guard ${format(limit.value)}`, side: 'above' }]
    : [];

const marginLine = (limit: ComparisonLimit | null): PlotLine<ChartPoint>[] => {
  if (limit?.kind !== 'margin') return [];
  const value = ({ baseline }: ChartPoint) =>
    baseline?.value == null || baseline.beyond ? null : baseline.value * limit.factor;
  return [
    { name: 'limit', style: { colour: 'var(--limit)', dash: '1 4', marker: 'none' }, value, label: '' },
  ];
};

const rangeOf = (arm: Arm | null): [number, number] | null =>
  arm?.band ? [arm.band.low, arm.band.high ?? Number.MAX_VALUE] : null;

/** A band's upper edge gets room as far as it does not squeeze the lines. */
const BAND_ROOM = 2.5;
/** Rates of fewer requests than this jump; they are drawn, but do not set the scale for all others. */
const REQUESTS_MIN = 100;

const topOf = (points: ChartPoint[], limit: ComparisonLimit | null): number => {
  const all = points.flatMap(({ canary, baseline }) => [canary, baseline]);
  const steady = all.filter((arm) => arm !== null && arm.n >= REQUESTS_MIN);
  const arms = steady.length > 0 ? steady : all;
  const values = Math.max(0, ...arms.map((arm) => arm?.value ?? 0));
  const bands = Math.max(0, ...arms.map((arm) => arm?.band?.high ?? 0));
  const lines = limit?.kind === 'guard' && limit.value <= values * 4 ? Math.max(values, limit.value) : values;
  return lines === 0 ? Math.min(bands, 0.02) : Math.max(lines, Math.min(bands, values * BAND_ROOM));
};
