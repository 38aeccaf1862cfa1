/** One checked interval as the evidence of a metric sees it. Times are milliseconds since the epoch. */
export type Span = {
  target: string;
  since: number;
  until: number;
  seconds: number;
  /** Seconds from the canary's first exposure to the end of the span; negative in the history before it. */
  elapsedSeconds: number;
  /** The span began before the warm-up was over. */
  warmingUp: boolean;
  /** The canary's part of the traffic that the router was set to, 0..1; null = unknown or changed within. */
  share: number | null;
};

/** The history before the canary: it teaches the baseline's habits and is never a comparison. */
export function isHistory(span: Span): boolean {
  return span.elapsedSeconds <= 0;
}
