/** The public door of the analysis: pure functions from intervals to verdicts. */
export type * from './contract.ts';
export { defaultAnalysisPolicy } from './default-policy.ts';
export { forecastAt } from './forecast.ts';
export { judge } from './judge.ts';
export { MARGIN_DEFAULTS, marginOf } from './margins.ts';
export { METRIC_KINDS } from './metric-kinds.ts';
export { observeAll, observeInterval, observeOwned } from './observe.ts';
export { analyzeTrace, type OfflineVerdict } from './offline.ts';
export { startAnalysis } from './start.ts';
export type { AnalysisState } from './state.ts';
export {
  conversionsMetric,
  parseTraceLine,
  TraceError,
  type TraceFormat,
  traceEdgesDefault,
} from './trace.ts';
