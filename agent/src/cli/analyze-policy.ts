import {
  type AnalysisPolicy,
  conversionsMetric,
  defaultAnalysisPolicy,
  type MetricDefinition,
  type MetricPolicy,
  type ParsedPlan,
} from '../domain.ts';
import { textOf } from '../log.ts';
import type { Trace } from './analyze-files.ts';
import { UsageError } from './exit.ts';
import { readText } from './read-text.ts';

/** The metrics that a trace can hold. */
const TRACE_METRICS: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better', unit: 'seconds' },
  conversionsMetric,
];

/** Reads a plan or its analysis block. Throws `UsageError` naming the file, the field and the fix. */
export function readPolicy(
  file: string,
  load: (text: string, options: { maxAliases: number }) => unknown,
  parsePlan: (document: unknown) => ParsedPlan,
): AnalysisPolicy {
  const document = parseYaml(file, load);
  const whole = typeof document === 'object' && document !== null && 'kind' in document;
  const { plan, errors } = parsePlan(whole ? document : wrap(document));
  if (errors !== null) {
    const lines = errors.map(({ path, message }) => {
      const field = whole ? path : path.replace(/^spec\.analysis\.?/, '');
      return `${file}: ${field ? `${field}: ` : ''}${message}`;
    });
    throw new UsageError(lines.join('\n'));
  }
  const known = TRACE_METRICS.map(({ name }) => name);
  const unknown = plan.analysis.metrics.find(({ name }) => !known.includes(name));
  if (unknown)
    throw new UsageError(`${file}: metrics: a trace has no "${unknown.name}", only ${known.join(', ')}`);
  return plan.analysis;
}

/** The policy for one trace: the given one, or the default on what the trace holds. */
export function policyFor(
  trace: Trace,
  given: AnalysisPolicy | null,
  warmupSeconds: number | null,
): { policy: AnalysisPolicy; metrics: MetricDefinition[] } {
  const base = given ?? { ...defaultAnalysisPolicy, warmupSeconds: 0, metrics: defaultMetrics(trace) };
  return { policy: { ...base, warmupSeconds: warmupSeconds ?? base.warmupSeconds }, metrics: TRACE_METRICS };
}

function defaultMetrics(trace: Trace): MetricPolicy[] {
  const metrics = defaultAnalysisPolicy.metrics.filter(({ name }) => name !== 'latency' || trace.hasLatency);
  return trace.hasConversions ? [...metrics, { name: 'conversions', margin: 0.01, weight: 0.15 }] : metrics;
}

function parseYaml(file: string, load: (text: string, options: { maxAliases: number }) => unknown): unknown {
  try {
    return load(readText(file), { maxAliases: 0 });
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${file}: ${textOf(error)}`);
  }
}

/** The smallest plan around an analysis block, so that one parser serves both. */
function wrap(analysis: unknown): unknown {
  return {
    apiVersion: 'slipway/v1',
    kind: 'Plan',
    metadata: { name: 'offline' },
    spec: { strategy: 'canary', stages: [{ name: 'all', share: 100 }], analysis },
  };
}
