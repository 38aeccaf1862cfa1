import classes from './chart.module.css';
import type { PlotLine } from './plot.tsx';
import { spread, type ValueAxis } from './scale.ts';

const GAP = 15;

/** The names of the lines where they end, moved apart until each can be read. */
export const EndLabels = <P,>(props: {
  points: P[];
  lines: PlotLine<P>[];
  axis: ValueAxis;
  box: { top: number; height: number; width: number };
}) => {
  const { points, lines, axis, box } = props;
  const ends = lines.flatMap((line) => {
    const last = points.findLast((point) => line.value(point) !== null);
    const value = last && line.value(last);
    return typeof value === 'number' && line.label !== ''
      ? [{ line, y: (1 - axis.position(value)) * box.height }]
      : [];
  });
  const placed = spread(
    ends.map(({ y }) => y),
    GAP,
    box.height,
  );
  return ends.map(({ line: { name, label, style } }, index) => (
    <span
      key={name}
      aria-hidden="true"
      className={classes.end}
      style={{ top: box.top + (placed[index] ?? 0), width: box.width - 8, color: style.colour }}
    >
      {label ?? name}
    </span>
  ));
};
