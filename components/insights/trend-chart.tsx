'use client';

import { Bar, CartesianGrid, ComposedChart, Line, Rectangle, XAxis, YAxis } from 'recharts';
import type { WindowSummary } from '#lib/domain/dora/answer.ts';
import { ChartFrame } from '../charts/frame.tsx';
import { type LineStyle, Marker } from '../charts/marker.tsx';
import { valueTicks } from '../charts/scale.ts';
import classes from './insights.module.css';
import { dayWords, NO_DATA, SAMPLES_LEAST, windowWords } from './words.ts';

/** One value of a window; null where nothing can be said. */
export type TrendSeries = {
  name: string;
  kind: 'bar' | 'line';
  style: LineStyle;
  value: (window: WindowSummary) => number | null;
  /** The value in words, for readout and table; says why when there is none. */
  say: (window: WindowSummary) => string;
};

type Props = {
  title: string;
  windows: readonly WindowSummary[];
  series: readonly TrendSeries[];
  /** What the values stand on: "34 commits". */
  basis: (window: WindowSummary) => string;
  format: (value: number) => string;
  /** In seconds: ticks on round hours or days. */
  unit?: 'seconds' | 'share' | 'count';
  /** Opens the rows of one window. */
  onWindow: (window: WindowSummary) => void;
};

type Point = WindowSummary & { at: number };

/** A number over the weeks or months: its own past, the only thing that it is compared with. */
export const TrendChart = ({ title, windows, series, basis, format, unit = 'count', onWindow }: Props) => {
  const points: Point[] = windows.map((window, at) => ({ ...window, at }));
  const nameOf = (at: number): string => {
    const point = points[at];
    return point ? `${windowWords(point.start, point.end)}${point.still_moving ? ', still moving' : ''}` : '';
  };
  const top = Math.max(0, ...points.flatMap((point) => series.map(({ value }) => value(point) ?? 0)));
  const ticks = ticksOf(top, unit);
  if (!points.some((point) => series.some(({ value }) => value(point) !== null)))
    return <p className={classes.definition}>{nothingText(title, points, basis)}</p>;
  return (
    <ChartFrame
      title={title}
      summary={summaryOf(title, points, series)}
      points={points}
      momentOf={nameOf}
      onOpen={onWindow}
      initial={Math.max(0, settledCount(points) - 1)}
      readings={(point) =>
        series.map(({ name, style, say }, index) => ({
          name,
          style,
          value: say(point),
          basis: index === 0 ? basis(point) : '',
        }))
      }
      table={{
        head: 'Days',
        columns: [...series.map(({ name }) => name), 'Counted', 'Settled'],
        cells: (point) => [
          ...series.map(({ say }) => say(point)),
          basis(point),
          point.still_moving ? 'still moving' : 'settled',
        ],
        csv: csvOf(points, series),
      }}
      draw={({ width, onPoint }) => (
        <TrendPlot
          {...{ width, points, series, ticks, onPoint }}
          format={unit === 'seconds' ? tickFormat(ticks) : format}
        />
      )}
    />
  );
};

const HEIGHT = 196;
const AXIS_WIDTH = 56;
const AXIS_HEIGHT = 22;
const RIGHT = 14;
const TICK = { fill: 'var(--ink-3)', fontSize: 11 };

const TrendPlot = (props: {
  width: number;
  points: Point[];
  series: readonly TrendSeries[];
  ticks: number[];
  format: (value: number) => string;
  onPoint: (at: number) => void;
}) => {
  const { width, points, series, ticks, format, onPoint } = props;
  const inner = width - AXIS_WIDTH - RIGHT;
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner / 72))));
  return (
    <div
      className={classes.drawing}
      onPointerMove={(event) => {
        const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS_WIDTH;
        const place = Math.floor((x / Math.max(1, inner)) * points.length);
        onPoint(Math.max(0, Math.min(points.length - 1, place)));
      }}
    >
      <ComposedChart
        width={width}
        height={HEIGHT}
        data={points}
        margin={{ top: 8, right: RIGHT, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <Hatch />
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="category"
          scale="band"
          interval={0}
          ticks={points.filter((_, index) => (points.length - 1 - index) % every === 0).map(({ at }) => at)}
          tickFormatter={(at: number) => tickOf(points, at)}
          height={AXIS_HEIGHT}
          stroke="var(--line-strong)"
          tickLine={false}
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
        {series.map((one) => (one.kind === 'bar' ? barOf(one) : lineOf(one)))}
      </ComposedChart>
    </div>
  );
};

const tickOf = (points: readonly Point[], at: number): string => {
  const start = points[at]?.start;
  return start === undefined ? '' : dayWords(start, points.at(-1)?.start);
};

/** What may still change is hatched, so that it is told apart without colour. */
const Hatch = () => (
  <defs>
    <pattern
      id="insight-hatch"
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width={6} height={6} fill="var(--surface)" />
      <line x1={0} y1={0} x2={0} y2={6} stroke="var(--baseline)" strokeWidth={4} />
    </pattern>
  </defs>
);

const barOf = ({ name, value }: TrendSeries) => (
  <Bar
    key={name}
    dataKey={(point: Point) => value(point)}
    isAnimationActive={false}
    maxBarSize={34}
    shape={({ x, y, width, height, index, payload }) => (
      <Rectangle
        key={index}
        {...{ x, y, width, height }}
        radius={[2, 2, 0, 0]}
        fill={isMoving(payload) ? 'url(#insight-hatch)' : 'var(--baseline)'}
        stroke="var(--baseline)"
      />
    )}
  />
);

const isMoving = (payload: unknown): boolean =>
  typeof payload === 'object' &&
  payload !== null &&
  'still_moving' in payload &&
  payload.still_moving === true;

const lineOf = ({ name, style, value }: TrendSeries) => (
  <Line
    key={name}
    dataKey={(point: Point) => value(point)}
    stroke={style.colour}
    strokeWidth={2}
    {...(style.dash ? { strokeDasharray: style.dash } : {})}
    isAnimationActive={false}
    activeDot={false}
    connectNulls={false}
    dot={({ cx, cy, index }) =>
      typeof cx === 'number' && typeof cy === 'number' ? (
        <Marker key={index} style={style} x={cx} y={cy} />
      ) : (
        <g key={index} />
      )
    }
  />
);

/** Round numbers from zero to above `top`: of minutes, hours or days, of percent, or of things. */
const ticksOf = (top: number, unit: Props['unit']): number[] => {
  if (unit === 'share') return valueTicks(Math.min(1, Math.max(0.05, top)));
  if (unit !== 'seconds') return valueTicks(Math.max(1, top)).filter(Number.isInteger);
  const size = top < 7_200 ? 60 : top < 2 * 86_400 ? 3_600 : 86_400;
  return valueTicks(Math.max(1, top / size)).map((tick) => tick * size);
};

/** All ticks in the unit of the highest one. */
const tickFormat = (ticks: readonly number[]): ((seconds: number) => string) => {
  const top = ticks.at(-1) ?? 0;
  const [size, unit] = top < 7_200 ? [60, 'min'] : top < 2 * 86_400 ? [3_600, 'h'] : [86_400, 'd'];
  return (seconds) => `${Number((Number(seconds) / Number(size)).toFixed(1))} ${unit}`;
};

const settledCount = (points: readonly Point[]): number =>
  points.filter((point) => !point.still_moving).length;

/** Instead of empty axes. */
const nothingText = (title: string, points: readonly Point[], basis: Props['basis']): string => {
  const most = points.at(-1);
  return points.length === 0 || !most
    ? `${title}: ${NO_DATA}.`
    : `${title}: in none of these ${points.length} windows are there the ${SAMPLES_LEAST} samples that a median needs (the latest has ${basis(most)}). Months, or one more year, may have them.`;
};

const summaryOf = (title: string, points: readonly Point[], series: readonly TrendSeries[]): string => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `${title}: ${NO_DATA}.`;
  const said = series.map(({ name, say }) => `${name} ${say(first)} at first, ${say(last)} in the end`);
  return `${title}, ${points.length} windows: ${said.join('; ')}.`;
};

const csvOf = (points: readonly Point[], series: readonly TrendSeries[]): string =>
  [
    ['start', 'end', ...series.map(({ name }) => name.replaceAll(' ', '_')), 'still_moving'].join(','),
    ...points.map((point) =>
      [point.start, point.end, ...series.map(({ value }) => value(point) ?? ''), point.still_moving].join(
        ',',
      ),
    ),
  ].join('\n');
