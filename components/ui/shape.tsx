import type { ReactNode } from 'react';

export type ShapeName =
  | 'check-in-circle'
  | 'bars-in-square'
  | 'cross-in-octagon'
  | 'dashed-ring'
  | 'triangle-in-circle'
  | 'clock';

/** A sign with its own outline, so that it is told apart without colour. The word beside it carries the meaning. */
export const Shape = ({ name, size = 16 }: { name: ShapeName; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
    style={{ flex: 'none' }}
  >
    {DRAWINGS[name]}
  </svg>
);

const DRAWINGS: Record<ShapeName, ReactNode> = {
  'check-in-circle': (
    <>
      <circle cx="8" cy="8" r="6.4" />
      <path d="m5.3 8.2 1.9 1.9 3.6-4" />
    </>
  ),
  'bars-in-square': (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3" />
      <path d="M6.3 5.4v5.2M9.7 5.4v5.2" />
    </>
  ),
  'cross-in-octagon': (
    <>
      <path d="M5.3 1.6h5.4l3.7 3.7v5.4l-3.7 3.7H5.3l-3.7-3.7V5.3z" />
      <path d="m6 6 4 4M10 6l-4 4" />
    </>
  ),
  'dashed-ring': <circle cx="8" cy="8" r="6.2" strokeDasharray="2.4 2.5" />,
  'triangle-in-circle': (
    <>
      <circle cx="8" cy="8" r="6.4" />
      <path d="M6.6 5.5v5l4-2.5z" fill="currentColor" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6.4" />
      <path d="M8 4.6V8l2.3 1.5" />
    </>
  ),
};
