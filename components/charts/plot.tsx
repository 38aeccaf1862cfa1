'use client';

import type { PointerEvent, ReactNode } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, XAxis, YAxis } from 'recharts';
import { useZone } from '#lib/client/clock.tsx';
import { clockText } from '#lib/client/time-words.ts';
import classes from './chart.module.css';
import { EndLabels } from './end-labels.tsx';
import { type LineStyle, Marker } from './marker.tsx';
import { type PlotMarker, timeTicks, type ValueAxis, visibleMarkers } from './scale.ts';

export type PlotLine<P> = {
  name: string;
  style: LineStyle;
  value: (point: P) => number | null;
  /** Names the line at its end where there is room; not for lines that the axis labels. */
  label?: string;
};
/** The space between two edges, filled and with visible edges; `style` is that of the line it belongs to. */
export type PlotBand<P> = {
  name: string;
  style: LineStyle;
  range: (point: P) => readonly [number, number] | null;
};
/** A line across, dotted like everything that limits, with its name on one side of it. */
export type PlotLimit = { value: number; label: string; side: 'above' | 'below' };

type Props<P> = {
  width: number;
  points: P[];
  from: number;
  to: number;
  axis: ValueAxis;
  lines: PlotLine<P>[];
  bands?: PlotBand<P>[];
  limits?: PlotLimit[];
  markers: PlotMarker[];
  /** The moment of the readout; null = the newest. */
  pinned: number | null;
  onPoint: (at: number) => void;
};

const HEIGHT = 196;
const TOP = 18;
const AXIS_WIDTH = 52;
const AXIS_HEIGHT = 24;
const RIGHT = 12;
/** Room for the names at the ends of the lines; narrower than this they stay in the readout above. */
const LABELS = { room: 66, widthMin: 520 };
const MARKERS_MOST = 9;

/** The drawing alone: bands, lines, limits, stage markers, the pinned moment. Never animated, since the data is live. */
export const Plot = <P extends { at: number }>(props: Props<P>) => {
  const { width, points, from, to, axis, lines, bands = [], limits = [], markers, pinned, onPoint } = props;
  const zone = useZone();
  const right = width >= LABELS.widthMin ? LABELS.room : RIGHT;
  const inner = { left: AXIS_WIDTH, width: width - AXIS_WIDTH - right, height: HEIGHT - TOP - AXIS_HEIGHT };
  const span = Math.max(1, to - from);
  const choose = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - inner.left;
    onPoint(from + Math.max(0, Math.min(1, x / inner.width)) * span);
  };
  return (
    <div className={classes.drawing} onPointerMove={choose} onPointerDown={choose}>
      <ComposedChart
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
          scale={axis.scale}
          domain={[axis.ticks[0] ?? 0, axis.ticks.at(-1) ?? 1]}
          ticks={axis.ticks}
          tickFormatter={axis.format}
          allowDataOverflow
          width={AXIS_WIDTH}
          axisLine={false}
          tickLine={false}
          tick={TICK}
        />
        {bands.map((band) => bandArea(band, axis))}
        {limits.map(limitLine)}
        {visibleMarkers(markers, { from, to, width: inner.width }).map(markerLine)}
        {pinned !== null && <ReferenceLine x={pinned} stroke="var(--ink)" strokeWidth={1} />}
        {lines.map((line) => seriesLine(line, points))}
      </ComposedChart>
      {right === LABELS.room && (
        <EndLabels
          points={points}
          lines={lines}
          axis={axis}
          box={{ top: TOP, height: inner.height, width: LABELS.room }}
        />
      )}
    </div>
  );
};

const TICK = { fill: 'var(--ink-3)', fontSize: 11 };

// Plain calls, not components: recharts looks for its own elements among the chart's children.

const bandArea = <P,>({ name, style, range }: PlotBand<P>, axis: ValueAxis): ReactNode => (
  <Area
    key={`band ${name}`}
    dataKey={(point: P) => range(point)?.map(axis.clamp) ?? null}
    stroke={style.colour}
    strokeOpacity={0.4}
    strokeWidth={1}
    {...(style.dash ? { strokeDasharray: style.dash } : {})}
    fill={style.colour}
    fillOpacity={0.11}
    isAnimationActive={false}
    activeDot={false}
    dot={false}
    connectNulls={false}
  />
);

const limitLine = ({ value, label, side }: PlotLimit): ReactNode => (
  <ReferenceLine
    key={`limit ${label}`}
    y={value}
    stroke="var(--limit)"
    strokeWidth={1.5}
    strokeDasharray="1 4"
    strokeLinecap="round"
    label={{
      value: label,
      position: side === 'above' ? 'insideBottomLeft' : 'insideTopLeft',
      fill: 'var(--ink-2)',
      fontSize: 11,
      offset: 4,
    }}
  />
);

const markerLine = ({ at, label }: PlotMarker): ReactNode => (
  <ReferenceLine
    key={`stage ${at}`}
    x={at}
    stroke="var(--limit)"
    strokeDasharray="2 3"
    label={{ value: label, position: 'top', fill: 'var(--ink-3)', fontSize: 11 }}
  />
);

const seriesLine = <P extends { at: number }>(
  { name, style, value }: PlotLine<P>,
  points: P[],
): ReactNode => {
  const every = Math.max(1, Math.ceil(points.length / MARKERS_MOST));
  return (
    <Line
      key={`line ${name}`}
      name={name}
      dataKey={value}
      stroke={style.colour}
      strokeWidth={2}
      {...(style.dash ? { strokeDasharray: style.dash } : {})}
      isAnimationActive={false}
      activeDot={false}
      dot={({ cx, cy, index }) =>
        typeof cx === 'number' && typeof cy === 'number' && (points.length - 1 - index) % every === 0 ? (
          <Marker key={index} style={style} x={cx} y={cy} />
        ) : (
          <g key={index} />
        )
      }
    />
  );
};
