import { z } from 'zod';
import type { ArmCounts, Interval, MetricDefinition } from './contract.ts';

/** What the lines of a stored trace have in common. Edges are upper bucket edges in seconds. */
export type TraceFormat = { target: string; latencyEdges: number[] };

/** A line that is not a trace line; the message names the file's line and the field. */
export class TraceError extends Error {
  override name = 'TraceError';
}

/** The upper bucket edges of the trace format in seconds, for traces that come without a manifest. */
export const traceEdgesDefault: number[] = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5,
];

/** The business metric of a trace: the `conversions` field of its arms. */
export const conversionsMetric: MetricDefinition = {
  name: 'conversions',
  kind: 'rate',
  direction: 'higher-is-better',
};

/**
 * One trace line, `{"t", "canary", "baseline"}` with one second each, as the interval ending at t + 1 seconds
 * after the canary's start, which is time 0. Shapes are checked here, counts where they are judged.
 * @throws TraceError naming the line (from 1) and the field.
 */
export function parseTraceLine(line: string, lineNumber: number, format: TraceFormat): Interval {
  const parsed = lineSchema.safeParse(parseJson(line, lineNumber));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'the line';
    throw new TraceError(`line ${lineNumber}: ${field}: ${issue?.message ?? 'not a trace line'}`);
  }
  const { t, canary, baseline } = parsed.data;
  const edges = format.latencyEdges;
  for (const [name, arm] of Object.entries({ canary, baseline })) {
    if (arm?.latency && arm.latency.length !== edges.length + 1) {
      const wanted = `${edges.length + 1} buckets wanted, ${arm.latency.length} found`;
      throw new TraceError(`line ${lineNumber}: ${name}.latency: ${wanted}`);
    }
  }
  return {
    target: format.target,
    at: (t + 1) * 1000,
    seconds: 1,
    canary: canary && toArm(canary),
    baseline: baseline && toArm(baseline),
    latencyEdges: edges,
  };
}

const count = z.number();
const armSchema = z.object({
  requests: count,
  errors: count,
  latency: z.array(count).optional(),
  conversions: count.optional(),
});
const lineSchema = z.object({
  t: z.number(),
  canary: armSchema.nullable(),
  baseline: armSchema.nullable(),
});

function parseJson(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new TraceError(`line ${lineNumber}: not JSON`);
  }
}

function toArm(arm: z.infer<typeof armSchema>): ArmCounts {
  const counts = arm.conversions === undefined ? undefined : { conversions: arm.conversions };
  return {
    requests: arm.requests,
    errors: arm.errors,
    latency: arm.latency,
    counts,
  };
}
