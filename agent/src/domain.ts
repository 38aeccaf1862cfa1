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
export {
  cyclesOf,
  fileOf,
  type Header,
  type Lined,
  type LinedHistory,
  type RowOf,
  type RowProblem,
  readHeader,
  readRow,
  TABLE_NAMES,
  type TableName,
  unknownNamesOf,
  withoutRepeats,
} from '../../lib/domain/dora/csv/index.ts';
export {
  answerOf,
  type DoraAnswer,
  type DoraConfig,
  deriveFacts,
  endsOf,
  type Facts,
  factsOfService,
  isTimezone,
  parseDay,
  parseDoraConfig,
  type Summary,
  windowOf,
} from '../../lib/domain/dora/index.ts';
export { type ParsedPlan, type PlanError, parsePlan } from '../../lib/domain/release/plan.ts';
export { IMPACT_WORDS } from '../../lib/domain/retrospective/impact-words.ts';
export { suggest } from '../../lib/domain/suggest.ts';
