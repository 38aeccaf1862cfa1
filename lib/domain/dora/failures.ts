/** R6, R7 and R9: which deployments are changes, which of them failed and why, and how long that lasted. */
import type { Unit } from './group.ts';
import type { UnitIndex } from './links.ts';
import type { DeploymentKind, FailureReason, IncidentRow, Recovery } from './types.ts';

/** R6: it reached production and was no rollback. What was canceled or failed before anybody saw it is no change. */
export const isChange = (unit: Unit, kind: DeploymentKind): boolean =>
  unit.finishedAt !== null && kind !== 'rollback' && unit.maxExposure > 0 && unit.status !== 'canceled';

/** The successful rollbacks and hotfixes that name a change. */
export type Fixes = { rollbacks: readonly Unit[]; hotfixes: readonly Unit[] };

/** Which change each fix took back or mended, with names resolved in its own service where they can be. */
export type FixTargets = { rollbackOf: Unit | null; remediates: Unit | null };

export const fixTargetsOf = (
  unit: Unit,
  kind: DeploymentKind,
  inferredRollbackOf: Unit | undefined,
  index: UnitIndex,
): FixTargets => ({
  rollbackOf:
    kind !== 'rollback'
      ? null
      : unit.rollbackOf === null
        ? (inferredRollbackOf ?? null)
        : findNamed(unit.rollbackOf, unit.service, index),
  remediates:
    kind !== 'hotfix' || unit.remediates === null ? null : findNamed(unit.remediates, unit.service, index),
});

const findNamed = (id: string, service: string, index: UnitIndex): Unit | null => {
  const found = index.named(id);
  return found.find((unit) => unit.service === service) ?? found[0] ?? null;
};

/** R7: in the order of the answer; empty = it did not fail. */
export const failureReasonsOf = (
  unit: Unit,
  incidents: readonly IncidentRow[],
  fixes: Fixes,
): FailureReason[] => [
  ...(unit.status === 'aborted' || unit.status === 'failed' ? (['aborted'] as const) : []),
  ...(incidents.length > 0 ? (['incident'] as const) : []),
  ...(fixes.rollbacks.length > 0 ? (['rolled_back'] as const) : []),
  ...(fixes.hotfixes.length > 0 ? (['remediated'] as const) : []),
];

/** R9: of a failed change, which has an end. Incidents say most; else the earliest fix; else the rollout itself. */
export const recoveryOf = (unit: Unit, incidents: readonly IncidentRow[], fixes: Fixes): Recovery => {
  const finish = unit.finishedAt ?? unit.startedAt;
  if (incidents.length > 0) {
    const start = incidents.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity);
    let end: number | null = 0;
    for (const { resolvedAt } of incidents)
      end = end === null || resolvedAt === null ? null : Math.max(end, resolvedAt);
    return { start, end };
  }
  const ends = [...fixes.rollbacks, ...fixes.hotfixes].flatMap(({ finishedAt }) => finishedAt ?? []);
  if (ends.length > 0) return { start: finish, end: ends.reduce((first, end) => Math.min(first, end)) };
  return { start: unit.startedAt, end: finish };
};

/** The other reading of the same end: from the change's finish, or from its start when it was aborted and nothing else. */
export const fromDeploy = (fact: {
  startedAt: number;
  finishedAt: number | null;
  failedBecause: readonly FailureReason[];
}): number => {
  const isOnlyAborted = fact.failedBecause.length === 1 && fact.failedBecause[0] === 'aborted';
  return isOnlyAborted ? fact.startedAt : (fact.finishedAt ?? fact.startedAt);
};
