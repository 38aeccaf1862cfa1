'use client';

import type { PointerEvent } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { useZone } from '#lib/client/clock.tsx';
import { clockText } from '#lib/client/time-words.ts';
import classes from './comparison-chart.module.css';
import { SERIES } from './encodings.ts';
import { Marker, type TrackName } from './marker.tsx';
import type { ChartPoint } from './points.ts';
import { spread, timeTicks, valueTicks } from './scale.ts';
import type { Format } from './summary.ts';

export type PlotMarker = { at: number; label: string };

const HEIGHT = 196;
const TOP = 18;
const AXIS_WIDTH = 52;
const AXIS_HEIGHT = 24;
const RIGHT = 12;
/** Room for the names at the ends of the lines; narrower than this they stay in the readout above. */
const LABELS = { room: 66, widthMin: 520, gap: 15 };
const MARKERS_MOST = 9;

type Props = {
  width: number;
  points: ChartPoint[];
  from: number;
  to: number;
  format: Format;
  markers: PlotMarker[];
  /** The moment of the readout; null = the newest. */
  pinned: number | null;
  onPoint: (at: number) => void;
};

/** The drawing alone: two lines, stage markers, the pinned moment. Never animated, since the data is live. */
export const Plot = ({ width, points, from, to, format, markers, pinned, onPoint }: Props) => {
  const zone = useZone();
  const ticks = valueTicks(highest(points));
  const right = width >= LABELS.widthMin ? LABELS.room : RIGHT;
  const inner = { left: AXIS_WIDTH, width: width - AXIS_WIDTH - right, height: HEIGHT - TOP - AXIS_HEIGHT };
  const span = Math.max(1, to - from);
  const choose = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - inner.left;
    onPoint(from + Math.max(0, Math.min(1, x / inner.width)) * span);
  };
  return (
    <div className={classes.drawing} onPointerMove={choose} onPointerDown={choose}>
      <LineChart
        width={width}
        height={HEIGHT}
        data={points}
        margin={{ top: TOP, right, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          domain={[from, to]}
          allowDataOverflow
          ticks={timeTicks(from, to, Math.max(2, Math.floor(inner.width / 84)))}
          tickFormatter={(at: number) => clockText(at, { zone, seconds: span < 180_000 })}
          height={AXIS_HEIGHT}
          stroke="var(--line-strong)"
          tick={TICK}
        />
        <YAxis
          domain={[0, ticks.at(-1) ?? 1]}
          ticks={ticks}
          tickFormatter={format}
          width={AXIS_WIDTH}
          axisLine={false}
          tickLine={false}
          tick={TICK}
        />
        {visible(markers, from, to, inner.width).map(({ at, label }) => (
          <ReferenceLine
            key={at}
            x={at}
            stroke="var(--limit)"
            strokeDasharray="2 3"
            label={{ value: label, position: 'top', fill: 'var(--ink-3)', fontSize: 11 }}
          />
        ))}
        {pinned !== null && <ReferenceLine x={pinned} stroke="var(--ink)" strokeWidth={1} />}
        {SeriesLine({ track: 'baseline', points })}
        {SeriesLine({ track: 'canary', points })}
      </LineChart>
      {right === LABELS.room && <EndLabels points={points} max={ticks.at(-1) ?? 1} height={inner.height} />}
    </div>
  );
};

const TICK = { fill: 'var(--ink-3)', fontSize: 11 };

/** A plain call, not a component: recharts looks for its own elements among the chart's children. */
const SeriesLine = ({ track, points }: { track: TrackName; points: ChartPoint[] }) => {
  const every = Math.max(1, Math.ceil(points.length / MARKERS_MOST));
  return (
    <Line
      key={track}
      name={track}
      dataKey={(point: ChartPoint) => point[track]?.value ?? null}
      stroke={`var(--${track})`}
      strokeWidth={2}
      {...(SERIES[track].dash ? { strokeDasharray: SERIES[track].dash } : {})}
      isAnimationActive={false}
      activeDot={false}
      dot={({ cx, cy, index }) =>
        typeof cx === 'number' && typeof cy === 'number' && (points.length - 1 - index) % every === 0 ? (
          <Marker key={index} track={track} x={cx} y={cy} />
        ) : (
          <g key={index} />
        )
      }
    />
  );
};

const EndLabels = ({ points, max, height }: { points: ChartPoint[]; max: number; height: number }) => {
  const ends = (['canary', 'baseline'] as const).flatMap((track) => {
    const value = points.findLast((point) => typeof point[track]?.value === 'number')?.[track]?.value;
    return typeof value === 'number' ? [{ track, y: (1 - value / max) * height }] : [];
  });
  const placed = spread(
    ends.map(({ y }) => y),
    LABELS.gap,
    height,
  );
  return ends.map(({ track }, index) => (
    <span
      key={track}
      aria-hidden="true"
      className={classes.end}
      data-track={track}
      style={{ top: TOP + (placed[index] ?? 0), width: LABELS.room - 8 }}
    >
      {track}
    </span>
  ));
};

const highest = (points: ChartPoint[]): number =>
  Math.max(0, ...points.flatMap(({ canary, baseline }) => [canary?.value ?? 0, baseline?.value ?? 0]));

/** Stage markers in the span; of those too close to be read the later one wins. */
const visible = (markers: PlotMarker[], from: number, to: number, width: number): PlotMarker[] => {
  const within = markers.filter(({ at }) => at >= from && at <= to);
  const pixels = ({ at }: PlotMarker) => ((at - from) / Math.max(1, to - from)) * width;
  return within.filter((marker, index) => {
    const next = within[index + 1];
    return !next || pixels(next) - pixels(marker) > 34;
  });
};
