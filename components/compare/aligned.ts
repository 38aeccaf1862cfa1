/** Two releases over each other: each point says what both canaries did the same time after they began. */
import type { Arm, ChartPoint } from '../charts/points.ts';

/** `at` is in the time of the first release. */
export type AlignedPoint = { at: number; a: Arm | null; b: Arm | null };

type Side = { points: readonly ChartPoint[]; startedAt: number };

/**
 * In steps after the start of the canaries: `stepSeconds`, or as far apart as the points of the side that was measured
 * more rarely, so that every step can have both. A step has the newest value of each that lies within.
 */
export const alignPoints = (a: Side, b: Side, stepSeconds: number): AlignedPoint[] => {
  const step = Math.max(stepSeconds * 1_000, distanceOf(a), distanceOf(b));
  const [first, second] = [byStep(a, step), byStep(b, step)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .sort((x, y) => x - y)
    .map((index) => ({
      at: a.startedAt + index * step,
      a: first.get(index) ?? null,
      b: second.get(index) ?? null,
    }));
};

/** The usual distance of two points, milliseconds: the median, which gaps do not move. */
const distanceOf = ({ points }: Side): number => {
  const distances = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  return distances.sort((x, y) => x - y)[Math.floor(distances.length / 2)] ?? 0;
};

const byStep = ({ points, startedAt }: Side, step: number): Map<number, Arm> => {
  const arms = new Map<number, Arm>();
  for (const { at, canary } of points)
    if (canary && at > startedAt) arms.set(Math.ceil((at - startedAt) / step), canary);
  return arms;
};
