'use client';

import { ChartFrame } from '../charts/frame.tsx';
import { trackStyle } from '../charts/marker.tsx';
import { Plot } from '../charts/plot.tsx';
import type { Arm } from '../charts/points.ts';
import { linearAxis } from '../charts/scale.ts';
import { armText, basisText, csvRows, type Format } from '../charts/summary.ts';
import type { AlignedPoint } from './aligned.ts';

const SIDES = [
  { side: 'a', style: trackStyle('canary') },
  { side: 'b', style: trackStyle('baseline') },
] as const;

type Props = { title: string; points: AlignedPoint[]; format: Format; versions: { a: string; b: string } };

/** The canaries of two releases; times are those of A, and B is laid over it. */
export const AlignedChart = ({ title, points, format, versions }: Props) => {
  const values = points.flatMap(({ a, b }) => [a?.value ?? 0, b?.value ?? 0]);
  return (
    <ChartFrame
      title={title}
      summary={`${title} of ${versions.a} and of ${versions.b}, from the start of their canaries.`}
      points={points}
      readings={(point) =>
        SIDES.map(({ side, style }) => ({
          name: side.toUpperCase(),
          detail: versions[side],
          style,
          value: armText(point[side], format),
          basis: basisText(point[side]),
        }))
      }
      table={{
        columns: ['A', 'A counted', 'B', 'B counted'],
        cells: ({ a, b }) => [a, b].flatMap((arm) => [armText(arm, format), basisText(arm)]),
        csv: csvRows(['at', 'a_value', 'a_requests', 'b_value', 'b_requests'], points, ({ a, b }) => [
          ...numbers(a),
          ...numbers(b),
        ]),
      }}
      draw={(area) => (
        <Plot
          {...area}
          points={points}
          from={points[0]?.at ?? 0}
          to={points.at(-1)?.at ?? 1}
          axis={linearAxis(Math.max(...values, 0.001), format)}
          markers={[]}
          lines={SIDES.map(({ side, style }) => ({
            name: side.toUpperCase(),
            style,
            value: (point: AlignedPoint) => point[side]?.value ?? null,
          }))}
        />
      )}
    />
  );
};

const numbers = (arm: Arm | null): (number | null)[] => [arm?.value ?? null, arm?.n ?? null];
