import { SERIES, type Series } from './encodings.ts';

export type TrackName = keyof typeof SERIES;

/** How a line is drawn; `colour` is a CSS colour. */
export type LineStyle = Pick<Series, 'dash' | 'marker'> & { colour: string };

/** How a track is drawn everywhere. */
export const trackStyle = (track: TrackName): LineStyle => ({ ...SERIES[track], colour: `var(--${track})` });

/** A series' marker: filled circle, hollow square, or nothing. */
export const Marker = ({ style, x, y }: { style: LineStyle; x: number; y: number }) => {
  if (style.marker === 'none') return null;
  return style.marker === 'filled-circle' ? (
    <circle cx={x} cy={y} r={3.2} fill={style.colour} />
  ) : (
    <rect
      x={x - 3}
      y={y - 3}
      width={6}
      height={6}
      fill="var(--surface)"
      stroke={style.colour}
      strokeWidth={1.6}
    />
  );
};

/** Line and marker as the chart draws them, for legends and readouts. */
export const Swatch = ({ style }: { style: LineStyle }) => (
  <svg width={26} height={10} viewBox="0 0 26 10" aria-hidden="true" focusable="false">
    <line
      x1={0}
      x2={26}
      y1={5}
      y2={5}
      stroke={style.colour}
      strokeWidth={2}
      {...(style.dash ? { strokeDasharray: style.dash } : {})}
    />
    <Marker style={style} x={13} y={5} />
  </svg>
);
