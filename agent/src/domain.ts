/** The agent's door to the pure domain: what must be the same code on both sides. */

export {
  type AnalysisPolicy,
  analyzeTrace,
  conversionsMetric,
  defaultAnalysisPolicy,
  type Interval,
  METRIC_KINDS,
  type MetricDefinition,
  type MetricKind,
  type MetricPolicy,
  type OfflineVerdict,
  parseTraceLine,
  TraceError,
  traceEdgesDefault,
} from '../../lib/domain/analysis/index.ts';
export { type ParsedPlan, type PlanError, parsePlan } from '../../lib/domain/release/plan.ts';
