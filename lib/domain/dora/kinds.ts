/** R3: what kind of deployment it was, and what a rollback took back. */
import type { Unit } from './group.ts';
import type { DeploymentKind } from './types.ts';

export type Kinds = {
  kindOf: ReadonlyMap<Unit, DeploymentKind>;
  /** Of each rollback that names nothing: the change that it took back. */
  inferredRollbackOf: ReadonlyMap<Unit, Unit>;
};

/**
 * Looks at the deployments of one service, in the order of `byEnd`. One that goes back to a commit that was there
 * before, but not directly before, is a rollback; the first deployment after that earlier one that was no rollback
 * itself is what it took back (V1 V2 V3 V1: V2).
 */
export const inferKinds = (units: readonly Unit[]): Kinds => {
  const kindOf = new Map<Unit, DeploymentKind>();
  const inferredRollbackOf = new Map<Unit, Unit>();
  const successes: Unit[] = [];
  const lastWith = new Map<string, number>();
  for (const unit of units) {
    const earlier = unit.commitSha === null ? undefined : lastWith.get(unit.commitSha);
    const goesBack = earlier !== undefined && successes.at(-1)?.commitSha !== unit.commitSha;
    const kind = unit.kind ?? (goesBack ? 'rollback' : 'change');
    kindOf.set(unit, kind);
    if (kind === 'rollback' && unit.rollbackOf === null && earlier !== undefined) {
      const takenBack = successes.slice(earlier + 1).find((other) => kindOf.get(other) !== 'rollback');
      if (takenBack) inferredRollbackOf.set(unit, takenBack);
    }
    if (unit.status !== 'success') continue;
    if (unit.commitSha !== null) lastWith.set(unit.commitSha, successes.length);
    successes.push(unit);
  }
  return { kindOf, inferredRollbackOf };
};
