/** Steps through the past of a release; times are milliseconds. */
import type { ReleaseEventView, SamplesView } from '#lib/contract/release.ts';

/** Events of one moment are one step: nothing can be seen between them. */
export const stepsOf = (events: readonly ReleaseEventView[]): number[] => [
  ...new Set(events.map(({ at }) => Date.parse(at))),
];

/** The next step after a moment, or the one before it; null at the ends. */
export const stepFrom = (steps: readonly number[], at: number, way: 'on' | 'back'): number | null =>
  (way === 'on' ? steps.find((step) => step > at) : steps.findLast((step) => step < at)) ?? null;

/** What was measured until a moment; the time axis stays as it is. */
export const samplesUntil = (samples: SamplesView, at: number): SamplesView => ({
  ...samples,
  series: samples.series.map((series) => ({
    ...series,
    points: series.points.filter((point) => Date.parse(point.at) <= at),
  })),
});
