/**
 * The 33 situations that a judge of canaries is tried on: ten without a regression, three where only holding is
 * right, twenty regressions. Half an hour each, one interval a second.
 */

export type Scenario = {
  name: string;
  kind: 'healthy' | 'hold' | 'regression';
  /** Requests a second of both arms together, and the canary's part of them. */
  requestsPerSecond: number;
  share: number;
  errorRate: number;
  conversionRate: number;
  /** Seconds after the canary's start at which the harm begins. */
  onsetSeconds: number;
  /** What the harm multiplies on the canary. */
  errorFactor: number;
  latencyFactor: number;
  conversionFactor: number;
  /** Failures that the canary adds to those of the baseline, as a rate. */
  errorRateAdded: number;
  /** Part of the canary's requests that take eight times the median. */
  tail: number;
  warmupSeconds: number;
  shape:
    | 'steady'
    | 'incident'
    | 'bursts'
    | 'diurnal'
    | 'stages'
    | 'cold'
    | 'gaps'
    | 'leak'
    | 'silent'
    | 'conversions';
};

export const SECONDS = 1_800;
/** Seconds of baseline traffic that are known from before the canary. */
export const HISTORY_SECONDS = 600;

const scenario = (name: string, kind: Scenario['kind'], rest: Partial<Scenario> = {}): Scenario => ({
  name,
  kind,
  requestsPerSecond: 100,
  share: 0.05,
  errorRate: 0.005,
  conversionRate: 0.03,
  onsetSeconds: 0,
  errorFactor: 1,
  latencyFactor: 1,
  conversionFactor: 1,
  errorRateAdded: 0,
  tail: 0,
  warmupSeconds: 0,
  shape: 'steady',
  ...rest,
});

const busy = { requestsPerSecond: 1_000, share: 0.2 };

export const SCENARIOS: readonly Scenario[] = [
  scenario('null', 'healthy'),
  scenario('null_hi', 'healthy', busy),
  scenario('shared_incident', 'healthy', { shape: 'incident' }),
  scenario('burst', 'healthy', { shape: 'bursts' }),
  scenario('diurnal', 'healthy', { shape: 'diurnal' }),
  scenario('stage_shift', 'healthy', { shape: 'stages' }),
  scenario('cold_start', 'healthy', { shape: 'cold', warmupSeconds: 90 }),
  scenario('pod_offset', 'healthy', { ...busy, errorFactor: 1.05, latencyFactor: 1.03 }),
  scenario('better', 'healthy', { errorFactor: 0.5, latencyFactor: 0.8 }),
  scenario('gaps', 'healthy', { shape: 'gaps' }),
  scenario('low_traffic_null', 'hold', { requestsPerSecond: 1 }),
  scenario('no_canary_traffic', 'hold', { shape: 'silent' }),
  scenario('conv_10_lowinfo', 'hold', { shape: 'conversions', conversionFactor: 0.9 }),
  scenario('err_1p5x', 'regression', { errorFactor: 1.5 }),
  scenario('err_2x', 'regression', { errorFactor: 2 }),
  scenario('err_3x', 'regression', { errorFactor: 3 }),
  scenario('err_10x', 'regression', { errorFactor: 10 }),
  scenario('err_2x_late', 'regression', { errorFactor: 2, onsetSeconds: 600 }),
  scenario('err_3x_late', 'regression', { errorFactor: 3, onsetSeconds: 600 }),
  scenario('err_10x_late', 'regression', { errorFactor: 10, onsetSeconds: 600 }),
  scenario('err_2x_hi', 'regression', { ...busy, errorFactor: 2 }),
  scenario('err_3x_burst', 'regression', { errorFactor: 3, shape: 'bursts' }),
  scenario('err_3x_incident', 'regression', { errorFactor: 3, shape: 'incident', onsetSeconds: 300 }),
  scenario('err_10x_lowtraffic', 'regression', { errorFactor: 10, requestsPerSecond: 1 }),
  scenario('err_zero_base', 'regression', { errorRate: 0, errorRateAdded: 0.005 }),
  scenario('lat_20', 'regression', { latencyFactor: 1.2 }),
  scenario('lat_50', 'regression', { latencyFactor: 1.5 }),
  scenario('lat_100', 'regression', { latencyFactor: 2 }),
  scenario('lat_tail', 'regression', { tail: 0.05 }),
  scenario('lat_50_late', 'regression', { latencyFactor: 1.5, onsetSeconds: 600 }),
  scenario('mem_leak', 'regression', { shape: 'leak' }),
  scenario('conv_10', 'regression', { ...busy, conversionFactor: 0.9 }),
  scenario('conv_5', 'regression', { ...busy, conversionFactor: 0.95 }),
];

/** Seconds within which half of the canaries must be stopped, and the part of them that must be found; `null` = not asked. */
export const TARGETS: Readonly<
  Record<
    string,
    { must: number | null; stretch: number | null; found: number | null; foundStretch: number | null }
  >
> = {
  err_2x: { must: 950, stretch: 700, found: 0.9, foundStretch: 0.9 },
  err_3x: { must: 270, stretch: 200, found: null, foundStretch: null },
  err_10x: { must: 35, stretch: 20, found: null, foundStretch: null },
  err_2x_hi: { must: 40, stretch: 25, found: null, foundStretch: null },
  err_2x_late: { must: null, stretch: null, found: 0.55, foundStretch: 0.7 },
  err_10x_late: { must: 50, stretch: 35, found: null, foundStretch: null },
  err_3x_burst: { must: null, stretch: null, found: 0.27, foundStretch: 0.45 },
  err_zero_base: { must: 150, stretch: 120, found: null, foundStretch: null },
  lat_20: { must: 80, stretch: 50, found: null, foundStretch: null },
  lat_50: { must: 20, stretch: 12, found: null, foundStretch: null },
  lat_100: { must: 10, stretch: 5, found: null, foundStretch: null },
  lat_tail: { must: 90, stretch: 60, found: null, foundStretch: null },
  lat_50_late: { must: 20, stretch: 15, found: null, foundStretch: null },
  mem_leak: { must: 1_010, stretch: 300, found: null, foundStretch: null },
  conv_10: { must: 350, stretch: 250, found: null, foundStretch: null },
  conv_5: { must: null, stretch: null, found: 0.45, foundStretch: 0.6 },
};
