import { SERIES } from './encodings.ts';

export type TrackName = keyof typeof SERIES;

/** A series' marker: filled circle for the canary, hollow square for the baseline. */
export const Marker = ({ track, x, y }: { track: TrackName; x: number; y: number }) =>
  SERIES[track].marker === 'filled-circle' ? (
    <circle cx={x} cy={y} r={3.2} fill={`var(--${track})`} />
  ) : (
    <rect
      x={x - 3}
      y={y - 3}
      width={6}
      height={6}
      fill="var(--surface)"
      stroke={`var(--${track})`}
      strokeWidth={1.6}
    />
  );

/** Line and marker as the chart draws them, for legends and readouts. */
export const Swatch = ({ track }: { track: TrackName }) => (
  <svg width={26} height={10} viewBox="0 0 26 10" aria-hidden="true" focusable="false">
    <line
      x1={0}
      x2={26}
      y1={5}
      y2={5}
      stroke={`var(--${track})`}
      strokeWidth={2}
      {...(SERIES[track].dash ? { strokeDasharray: SERIES[track].dash } : {})}
    />
    <Marker track={track} x={13} y={5} />
  </svg>
);
