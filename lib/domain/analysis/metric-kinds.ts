/** Every kind of metric that can be declared: what its counts mean decides how it is judged. */
export const METRIC_KINDS = ['errors', 'latency', 'rate', 'count', 'mean', 'gauge'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];
