/** Axes with round numbers. */

export type ValueAxis = {
  scale: 'linear' | 'log';
  ticks: number[];
  format: (value: number) => string;
  /** The value if the axis holds it, else the nearest end. */
  clamp: (value: number) => number;
  /** Where a value lies between the ends, 0..1. */
  position: (value: number) => number;
};

/** From zero to the first round number at or above `max`. */
export const linearAxis = (max: number, format: (value: number) => string): ValueAxis =>
  axisOf('linear', valueTicks(max), format);

/** Over the given ticks, equal factors equally far apart. */
export const logAxis = (ticks: number[], format: (value: number) => string): ValueAxis =>
  axisOf('log', ticks, format);

const axisOf = (scale: ValueAxis['scale'], ticks: number[], format: (value: number) => string): ValueAxis => {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const place = scale === 'log' ? Math.log : (value: number) => value;
  const clamp = (value: number) => Math.max(low, Math.min(high, value));
  return {
    scale,
    ticks,
    format,
    clamp,
    position: (value) => (place(clamp(value)) - place(low)) / Math.max(1e-12, place(high) - place(low)),
  };
};

/** Powers of ten from 1 to the first at or above `max`; every second or third one when there are many. */
export const decadeTicks = (max: number): number[] => {
  const top = Math.max(1, Math.ceil(Math.log10(Math.max(1, max)) - 1e-9));
  const step = Math.ceil(top / 5);
  const count = Math.ceil(top / step);
  return Array.from({ length: count + 1 }, (_, k) => 10 ** (k * step));
};

/** Ratios from 1/`span` to `span` in doublings; every second one when there are many. */
export const ratioTicks = (span: number): number[] => {
  const doublings = Math.max(1, Math.ceil(Math.log2(span) - 1e-9));
  const step = Math.ceil(doublings / 3);
  const half = Math.ceil(doublings / step);
  return Array.from({ length: 2 * half + 1 }, (_, k) => 2 ** ((k - half) * step));
};

/** The ticks from zero to the first round number at or above `max`, four or five steps. */
export const valueTicks = (max: number): number[] => {
  if (!(max > 0)) return [0, 1];
  const rough = max / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 2.5, 5, 10].find((round) => round * unit >= rough * 0.999) ?? 10);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, k) => Number((k * step).toPrecision(12)));
};

const STEPS_SECONDS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

/** Times on round minutes between `from` and `to`, at most `most` of them. */
export const timeTicks = (from: number, to: number, most: number): number[] => {
  const step = (STEPS_SECONDS.find((seconds) => (to - from) / (seconds * 1_000) <= most) ?? 604_800) * 1_000;
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, k) => first + k * step);
};

/** Moves label positions apart, keeping their order, until each has `gap` to the next; all stay within 0..`bottom`. */
export const spread = (positions: readonly number[], gap: number, bottom: number): number[] => {
  const order = positions.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  for (let k = 1; k < order.length; k += 1) {
    const [above, here] = [order[k - 1], order[k]];
    if (above && here) here.y = Math.max(here.y, above.y + gap);
  }
  const over = Math.max(0, (order.at(-1)?.y ?? 0) - bottom);
  const placed = new Map(order.map(({ y, index }) => [index, y - over]));
  return positions.map((y, index) => placed.get(index) ?? y);
};

/** The index of the point nearest in time to `at`; -1 without points. */
export const nearest = (points: readonly { at: number }[], at: number): number => {
  let best = -1;
  for (const [index, point] of points.entries())
    if (best < 0 || Math.abs(point.at - at) < Math.abs((points[best]?.at ?? 0) - at)) best = index;
  return best;
};

export type PlotMarker = { at: number; label: string };

/** Stage markers in the span; of those too close to be read the later one wins. */
export const visibleMarkers = (
  markers: readonly PlotMarker[],
  { from, to, width }: { from: number; to: number; width: number },
): PlotMarker[] => {
  const within = markers.filter(({ at }) => at >= from && at <= to);
  const pixels = ({ at }: PlotMarker) => ((at - from) / Math.max(1, to - from)) * width;
  return within.filter((marker, index) => {
    const next = within[index + 1];
    return !next || pixels(next) - pixels(marker) > MARKER_PIXELS;
  });
};

const MARKER_PIXELS = 34;
