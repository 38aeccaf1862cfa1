/** Axes with round numbers. */

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
