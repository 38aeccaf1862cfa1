/** R1 and R2: which rows count, and which of them are one deployment. */
import { groupBy } from './group-by.ts';
import type { DeploymentKind, DeploymentRow, DeploymentStatus } from './types.ts';

/** A production deployment with its targets put together, before any rule has judged it. */
export type Unit = {
  id: string;
  groupId: string | null;
  members: readonly string[];
  service: string;
  environment: string;
  commitSha: string | null;
  version: string | null;
  startedAt: number;
  /** null while any target is still running. */
  finishedAt: number | null;
  status: DeploymentStatus;
  maxExposure: number;
  kind: DeploymentKind | null;
  rollbackOf: string | null;
  remediates: string | null;
  unplanned: boolean | null;
};

/**
 * The production deployments that are no drills, running ones included, each with its targets put together: ordered
 * by their end (running ones last), then start, then id. A group that several services share gives each of them one,
 * named `group@service`.
 */
export const groupDeployments = (rows: readonly DeploymentRow[]): Unit[] => {
  const counting = rows.filter(({ tier, drill }) => tier === 'production' && !drill);
  const units: Unit[] = [];
  for (const [name, sharers] of groupBy(counting, ({ groupId, id }) => groupId ?? id)) {
    const services = groupBy(sharers, ({ service }) => service);
    for (const [service, members] of services)
      units.push(toUnit(services.size > 1 ? `${name}@${service}` : name, members));
  }
  return units.sort(byEnd);
};

/** Finished ones in the order in which they ended, then those that still run. */
export const byEnd = (a: Unit, b: Unit): number =>
  compare(a.finishedAt ?? Number.POSITIVE_INFINITY, b.finishedAt ?? Number.POSITIVE_INFINITY) ||
  a.startedAt - b.startedAt ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Never NaN, which a difference of two infinities is. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Percent that was ever reached: what was written, else everything for a success and nothing otherwise. */
export const exposureOf = ({ maxExposure, status }: Pick<DeploymentRow, 'maxExposure' | 'status'>): number =>
  maxExposure ?? (status === 'success' ? 100 : 0);

const toUnit = (id: string, given: readonly DeploymentRow[]): Unit => {
  const members = given.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const first = members[0];
  if (!first) throw new Error('a group has a member');
  const status = statusOf(members);
  return {
    id,
    groupId: firstOf(members, 'groupId'),
    members: members.map(({ id }) => id),
    service: first.service,
    environment: first.environment,
    commitSha: firstOf(members, 'commitSha'),
    version: firstOf(members, 'version'),
    startedAt: first.startedAt,
    finishedAt:
      status === 'in_progress'
        ? null
        : members.reduce((end, row) => Math.max(end, row.finishedAt ?? end), first.startedAt),
    status,
    maxExposure: members.reduce((most, row) => Math.max(most, exposureOf(row)), 0),
    kind: firstOf(members, 'kind'),
    rollbackOf: firstOf(members, 'rollbackOf'),
    remediates: firstOf(members, 'remediates'),
    unplanned: members.some(({ unplanned }) => unplanned) ? true : firstOf(members, 'unplanned'),
  };
};

const statusOf = (members: readonly DeploymentRow[]): DeploymentStatus => {
  if (members.some(({ finishedAt, status }) => finishedAt === null || status === 'in_progress'))
    return 'in_progress';
  if (members.every(({ status }) => status === 'success')) return 'success';
  for (const status of ['aborted', 'failed'] as const)
    if (members.some((row) => row.status === status)) return status;
  return 'canceled';
};

const firstOf = <K extends keyof DeploymentRow>(
  members: readonly DeploymentRow[],
  key: K,
): DeploymentRow[K] | null => members.find((row) => row[key] !== null)?.[key] ?? null;
