/** Samples added up in steps of time, and how such sums become series for a chart. */
import { z } from 'zod';
import { TRACKS, type Track } from '../../agent/src/protocol.ts';

export type SamplePoint = {
  /** End of the step, milliseconds. */
  at: number;
  requests: number;
  errors: number;
  /** Counts per bucket of `edges`; empty where another layout was in use. */
  latency: number[];
  counts: Record<string, number>;
};
export type SampleSeries = { targetId: string; track: Track; points: SamplePoint[] };

export const stepSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  layout_id: z.number(),
  step: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  edges: z.array(z.number()),
  names: z.array(z.string()),
});
export type Step = z.infer<typeof stepSchema>;

/** Rows come sorted; where a layout changed within a step, both parts are added up. */
export const toSeries = (
  steps: readonly Step[],
  stepSeconds: number,
): { edges: number[]; series: SampleSeries[] } => {
  const edges = newestEdges(steps);
  const series = new Map<string, SampleSeries>();
  for (const row of steps) {
    const key = `${row.target_id}/${row.track}`;
    const one = series.get(key) ?? { targetId: row.target_id, track: trackOf(row.track), points: [] };
    series.set(key, one);
    const point = toPoint(row, edges, stepSeconds);
    const last = one.points.at(-1);
    if (last?.at === point.at) one.points.splice(-1, 1, addPoints(last, point));
    else one.points.push(point);
  }
  return { edges, series: [...series.values()] };
};

export const trackOf = (code: number): Track => (code === 0 ? TRACKS[0] : TRACKS[1]);

/** The bucket edges of the layout that came into use last. */
const newestEdges = (steps: readonly Step[]): number[] =>
  steps.reduce<Step | null>(
    (newest, row) => (newest === null || row.layout_id > newest.layout_id ? row : newest),
    null,
  )?.edges ?? [];

const toPoint = (row: Step, edges: readonly number[], stepSeconds: number): SamplePoint => ({
  at: row.step * stepSeconds * 1_000,
  requests: row.requests,
  errors: row.errors,
  latency: sameEdges(row.edges, edges) ? row.latency : [],
  counts: Object.fromEntries(row.names.map((name, index) => [name, row.counts[index] ?? 0])),
});

const addPoints = (a: SamplePoint, b: SamplePoint): SamplePoint => ({
  at: a.at,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: Array.from(
    { length: Math.max(a.latency.length, b.latency.length) },
    (_, index) => (a.latency[index] ?? 0) + (b.latency[index] ?? 0),
  ),
  counts: Object.fromEntries(
    [...new Set([...Object.keys(a.counts), ...Object.keys(b.counts)])].map((name) => [
      name,
      (a.counts[name] ?? 0) + (b.counts[name] ?? 0),
    ]),
  ),
});

const sameEdges = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((edge, index) => edge === b[index]);

/** What the columns of a row mean. */
export type StepLayout = { edges: number[]; names: string[] };
type Counted = Omit<Step, 'step' | 'edges' | 'names'> & { at: number };

/** Adds up single rows as the database does in `readSteps`, in its order. Rows of unknown layouts are left out. */
export const sumSteps = (
  rows: Iterable<Counted>,
  layouts: ReadonlyMap<number, StepLayout>,
  stepSeconds: number,
): Step[] => {
  const steps = new Map<string, Step>();
  for (const { at, ...row } of rows) {
    const layout = layouts.get(row.layout_id);
    if (!layout) continue;
    const step = Math.ceil(at / (stepSeconds * 1_000));
    const key = `${row.target_id}/${row.track}/${step}/${row.layout_id}`;
    const sum = steps.get(key);
    if (!sum) steps.set(key, { ...row, ...layout, step, latency: [...row.latency], counts: [...row.counts] });
    else {
      sum.requests += row.requests;
      sum.errors += row.errors;
      addInto(sum.latency, row.latency);
      addInto(sum.counts, row.counts);
    }
  }
  return sortSteps([...steps.values()]);
};

/** By target, track and time: the order in which `toSeries` wants them. */
export const sortSteps = (steps: Step[]): Step[] =>
  steps.sort(
    (a, b) =>
      compare(a.target_id, b.target_id) || a.track - b.track || a.step - b.step || a.layout_id - b.layout_id,
  );

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const addInto = (sums: number[], values: readonly number[]): void => {
  for (const [index, value] of values.entries()) sums[index] = (sums[index] ?? 0) + value;
};
