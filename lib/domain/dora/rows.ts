/** The rows behind each number: those that it counts, and those beside them that it leaves out, with the reason. */
import { slice, timelineOf } from './summary.ts';
import type { DeliveryFact, DeploymentFact, DeploymentKind, Facts } from './types.ts';

export const METRICS = [
  'deployments',
  'lead-time',
  'change-failure',
  'recovery',
  'rework',
  'undeployed',
] as const;
export type Metric = (typeof METRICS)[number];

export type MetricRow = {
  /** A deployment's id, or a commit's. */
  id: string;
  service: string;
  /** The moment by which windows count it; null while there is none. */
  at: number | null;
  counted: boolean;
  /** Why it is counted as it is, or why it is left out. */
  because: string;
  /** Seconds of lead time, recovery or age. */
  valueSeconds: number | null;
  environment: string | null;
  version: string | null;
  commit: string | null;
  kind: DeploymentKind | null;
  status: string | null;
  maxExposure: number | null;
  incidents: readonly string[];
  /** Of a commit: the deployment that delivered it. */
  deployment: string | null;
};

/** In the order of their moments, then of service and id. */
export const rowsOf = (
  metric: Metric,
  facts: Pick<Facts, 'deployments' | 'deliveries'>,
  { start, end, asOf }: { start: number; end: number; asOf: number },
): MetricRow[] => {
  const timeline = timelineOf(facts.deployments, facts.deliveries);
  const finished = () => slice(timeline.finished, start, end);
  const rows = {
    deployments: () => finished().map((fact) => ({ ...deploymentRow(fact), ...successOf(fact) })),
    rework: () => finished().map((fact) => ({ ...deploymentRow(fact), ...reworkOf(fact) })),
    'change-failure': () => finished().map((fact) => ({ ...deploymentRow(fact), ...failureOf(fact) })),
    recovery: () =>
      [...slice(timeline.recovered, start, end), ...slice(timeline.stillOpen, start, end)].map(recoveryRow),
    'lead-time': () => slice(timeline.delivered, start, end).map(leadTimeRow),
    undeployed: () =>
      facts.deliveries
        .filter(({ deliveredAt }) => deliveredAt === null)
        .map((fact) => ({
          ...commitRow(fact),
          counted: true,
          because: 'in no production deployment yet',
          valueSeconds: Math.max(0, asOf - fact.authoredAt) / 1_000,
        })),
  }[metric]();
  return rows.sort(byMoment);
};

const byMoment = (a: MetricRow, b: MetricRow): number =>
  (a.at ?? 0) - (b.at ?? 0) || compare(a.service, b.service) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const deploymentRow = (fact: DeploymentFact) => ({
  id: fact.id,
  service: fact.service,
  at: fact.finishedAt,
  valueSeconds: null,
  environment: fact.environment,
  version: fact.version,
  commit: fact.commitSha,
  kind: fact.kind,
  status: fact.status,
  maxExposure: fact.maxExposure,
  incidents: fact.incidents,
  deployment: null,
});

const successOf = ({ status }: DeploymentFact) => ({
  counted: status === 'success',
  because: status === 'success' ? 'a successful production deployment' : `it is ${status}`,
});

const reworkOf = (fact: DeploymentFact) =>
  fact.status === 'success'
    ? { counted: true, because: fact.unplanned ? 'rework: it was not planned' : 'planned' }
    : successOf(fact);

const failureOf = (fact: DeploymentFact) => {
  if (!fact.isChange) return { counted: false, because: notAChange(fact) };
  if (fact.failedBecause.length === 0) return { counted: true, because: 'a change that held' };
  const contained = fact.maxExposure < 100 ? `, contained at ${fact.maxExposure} %` : '';
  return { counted: true, because: `failed: ${fact.failedBecause.join(', ')}${contained}` };
};

const notAChange = ({ kind, status }: DeploymentFact): string => {
  if (kind === 'rollback') return 'a rollback is no change';
  return status === 'canceled' ? 'it was canceled' : 'nobody was exposed to it';
};

const recoveryRow = (fact: DeploymentFact): MetricRow => {
  const { start, end } = fact.recovery ?? { start: fact.startedAt, end: null };
  return {
    ...deploymentRow(fact),
    at: end ?? start,
    counted: end !== null,
    because: end === null ? 'still open: in no median' : `failed: ${fact.failedBecause.join(', ')}`,
    valueSeconds: end === null ? null : (end - start) / 1_000,
  };
};

const commitRow = (fact: DeliveryFact) => ({
  id: fact.sha,
  service: fact.service,
  at: fact.deliveredAt ?? fact.authoredAt,
  environment: null,
  version: null,
  commit: fact.sha,
  kind: null,
  status: null,
  maxExposure: null,
  incidents: [],
  deployment: fact.deploymentId,
});

const leadTimeRow = (fact: DeliveryFact): MetricRow => {
  const seconds = ((fact.deliveredAt ?? fact.authoredAt) - fact.authoredAt) / 1_000;
  const counted = seconds >= 0;
  return {
    ...commitRow(fact),
    counted,
    because: counted ? 'delivered for the first time' : 'written after it was deployed: a clock was wrong',
    valueSeconds: seconds,
  };
};
