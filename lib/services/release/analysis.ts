import type { z } from 'zod';
import { type AnalysisPointView, type AnalysisView, analysisQuerySchema } from '../../contract/analysis.ts';
import { quantileBand, rateBand } from '../../domain/analysis/bands.ts';
import type { MetricDefinition, MetricVerdict } from '../../domain/analysis/contract.ts';
import type { Counted, CountedArm } from '../../domain/analysis/counted.ts';
import { quantile } from '../../domain/analysis/histogram.ts';
import type { Look } from '../../domain/analysis/rerun.ts';
import { addLook, type Course, noCourse } from '../../domain/analysis/what-if.ts';
import { analysisDocument, parseAnalysis } from '../../domain/release/plan-analysis.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { momentView } from './moment-view.ts';
import { loadJudged, rerunRelease } from './rerun.ts';

const POINTS_MAX = 300;

/**
 * The analysis of a release over time, judged again from its stored measurements: with its own policy it ends where
 * the live verdict ended. At most 300 points a metric.
 */
export const readReleaseAnalysis = async (
  ctx: Context,
  { id, ...query }: { id: string } & z.input<typeof analysisQuerySchema>,
): Promise<AnalysisView> => {
  authorize(ctx.actor, 'release:read');
  const asked = analysisQuerySchema.parse(query);
  const judged = await loadJudged(ctx, id);
  const policy =
    asked.policy === undefined ? judged.release.plan.analysis : parsePolicy(asked.policy, judged.metrics);
  const { startedAt, end } = judged;
  const step = Math.max(policy.everySeconds, Math.ceil((end - startedAt) / 1_000 / (POINTS_MAX - 2)));
  const kept: Look[] = [];
  let course: Course = noCourse;
  let last: Look | null = null;
  const { note } = await rerunRelease(ctx, judged, [policy], (look) => {
    course = addLook(course, look);
    last = look;
    if (look.at - (kept.at(-1)?.at ?? startedAt - step * 1_000) >= step * 1_000) kept.push(look);
  });
  const looks = last && kept.at(-1) !== last ? [...kept, last] : kept;
  const moment = momentView(judged);
  return {
    policy: analysisDocument(policy),
    from: new Date(startedAt).toISOString(),
    to: new Date(end).toISOString(),
    step,
    decision: looks.at(-1)?.verdict.decision ?? 'hold',
    holdReason: looks.length === 0 ? 'no-canary-data' : (looks.at(-1)?.verdict.holdReason ?? null),
    sentence: looks.at(-1)?.verdict.sentence ?? 'Hold, cannot tell: nothing was measured.',
    rollback: course.rollback && moment(course.rollback),
    advance: course.advance && moment(course.advance),
    changes: course.changes.map((change) => ({ ...moment(change), decision: change.decision })),
    metrics: metricsOf(looks, policy.alpha, judged.metrics),
    note,
  };
};

const parsePolicy = (text: string, metrics: Parameters<typeof parseAnalysis>[1]) => {
  const { policy, errors } = parseAnalysis(parseJson(text), metrics, 'policy');
  if (policy) return policy;
  throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    const message = 'write the analysis block of a plan as JSON, such as {"alpha": 0.01}';
    throw new ServiceError('invalid', `policy: ${message}`, { errors: [{ path: 'policy', message }] });
  }
};

const metricsOf = (
  looks: readonly Look[],
  alpha: number,
  declared: readonly MetricDefinition[],
): AnalysisView['metrics'] =>
  (looks.at(-1)?.verdict.metrics ?? []).map(({ name, kind, threshold, advanceThreshold }, place) => ({
    name,
    kind,
    direction: declared.find((metric) => metric.name === name)?.direction ?? 'lower-is-better',
    threshold,
    advanceThreshold,
    points: looks.flatMap((look) => {
      const metric = look.verdict.metrics[place];
      return metric ? [pointOf(look, metric, alpha)] : [];
    }),
  }));

const both = <T>(of: (arm: 'canary' | 'baseline') => T) => ({
  canary: of('canary'),
  baseline: of('baseline'),
});

const pointOf = (look: Look, metric: MetricVerdict, alpha: number): AnalysisPointView => {
  const counts = metric.kind === 'errors' || metric.kind === 'rate';
  const isLatency = metric.kind === 'latency';
  return {
    at: new Date(look.at).toISOString(),
    decision: metric.decision,
    evidence: metric.evidence,
    advanceEvidence: metric.advanceEvidence,
    ratio: isLatency ? latencyRatio(look.counted, alpha) : metric.ratio,
    rates: counts ? both((arm) => rateBand(metric[arm], alpha)) : null,
    quantiles: isLatency ? both((arm) => quantilesOf(look.counted, look.counted[arm], alpha)) : null,
  };
};

const quantilesOf = ({ edges }: Counted, { latency }: CountedArm, alpha: number) => ({
  p50: quantileBand(latency, edges, 0.5, alpha),
  p95: quantileBand(latency, edges, RATIO_QUANTILE, alpha),
  p99: quantileBand(latency, edges, 0.99, alpha),
});

const RATIO_QUANTILE = 0.95;

/** Each side has half the doubt, so both bands hold at once and the ratio lies between their ends. */
const latencyRatio = ({ canary, baseline, edges }: Counted, alpha: number): AnalysisPointView['ratio'] => {
  const at = (arm: CountedArm) => quantile(arm.latency, edges, RATIO_QUANTILE);
  const band = (arm: CountedArm) => quantileBand(arm.latency, edges, RATIO_QUANTILE, alpha / 2);
  const [ours, theirs] = [at(canary), at(baseline)];
  const [our, their] = [band(canary), band(baseline)];
  const known = ours && theirs && !ours.beyond && !theirs.beyond && theirs.value > 0;
  return {
    estimate: known ? ours.value / theirs.value : null,
    low: our && their && their.high !== null && our.low > 0 ? our.low / their.high : null,
    high: our && their && our.high !== null && their.low > 0 ? our.high / their.low : null,
  };
};
