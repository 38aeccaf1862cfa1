/** R8: which deployment caused which incident. */
import type { Unit } from './group.ts';
import type { DeploymentKind, IncidentFact, IncidentRow, LinkDecision, SkipReason } from './types.ts';

/** Finds deployments by what people and files call them. */
export type UnitIndex = {
  /** By own id, id of a target, or group; a group that several services share gives one for each. */
  named: (id: string) => readonly Unit[];
  /** Of one service, by start. */
  ofService: (service: string) => readonly Unit[];
};

export const indexUnits = (units: readonly Unit[]): UnitIndex => {
  const named = new Map<string, Set<Unit>>();
  const byService = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const name of [unit.id, ...(unit.groupId === null ? [] : [unit.groupId]), ...unit.members])
      named.set(name, (named.get(name) ?? new Set()).add(unit));
    const list = byService.get(unit.service);
    if (list) list.push(unit);
    else byService.set(unit.service, [unit]);
  }
  for (const list of byService.values()) list.sort(byStart);
  return { named: (id) => [...(named.get(id) ?? [])], ofService: (service) => byService.get(service) ?? [] };
};

export type LinkRules = { linkWindowHours: number; severities: readonly number[] };

/** What the rules say of one incident, then what people said of it, oldest first. */
export const linkIncident = (
  incident: IncidentRow,
  decisions: readonly LinkDecision[],
  index: UnitIndex,
  kindOf: (unit: Unit) => DeploymentKind,
  rules: LinkRules,
): IncidentFact => {
  const { id, services } = incident;
  const skipped = skipReasonOf(incident, rules.severities);
  if (skipped !== null) return { id, services, skipped, deployments: [] };
  const byRule =
    incident.causedBy.length > 0
      ? incident.causedBy.flatMap(index.named)
      : incident.services.flatMap((service) => latestBefore(incident, service, index, kindOf, rules) ?? []);
  const linked = applyDecisions(byRule, decisions, index);
  return { id, services, skipped, deployments: [...new Set(linked.map((unit) => unit.id))].sort() };
};

const skipReasonOf = (incident: IncidentRow, severities: readonly number[]): SkipReason | null => {
  if (incident.drill) return 'drill';
  if (incident.duplicateOf !== null) return 'duplicate';
  if (!severities.includes(incident.severity)) return 'severity';
  return incident.cause;
};

/** The exposed deployment that began last before the impact, unless it is a rollback or was over too long ago. */
const latestBefore = (
  { startedAt }: IncidentRow,
  service: string,
  index: UnitIndex,
  kindOf: (unit: Unit) => DeploymentKind,
  { linkWindowHours }: LinkRules,
): Unit | null => {
  const units = index.ofService(service);
  for (let place = placeAfter(units, startedAt) - 1; place >= 0; place -= 1) {
    const unit = units[place];
    if (!unit || unit.status === 'canceled' || unit.maxExposure <= 0) continue;
    const isTooOld = unit.finishedAt !== null && unit.finishedAt < startedAt - linkWindowHours * 3_600_000;
    return isTooOld || kindOf(unit) === 'rollback' ? null : unit;
  }
  return null;
};

/** How many of `units` began at or before `at`. */
const placeAfter = (units: readonly Unit[], at: number): number => {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((units[middle]?.startedAt ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * A deployment that people named stands instead of whatever the rules find for its service, now and when older rows
 * arrive; a rejected one is gone.
 */
const applyDecisions = (
  byRule: readonly Unit[],
  decisions: readonly LinkDecision[],
  index: UnitIndex,
): readonly Unit[] => {
  if (decisions.length === 0) return byRule;
  const chosen = new Set<Unit>();
  const rejected = new Set<Unit>();
  const choose = (unit: Unit) => {
    rejected.delete(unit);
    chosen.add(unit);
  };
  const reject = (unit: Unit) => {
    chosen.delete(unit);
    rejected.add(unit);
  };
  for (const { decision, deploymentId, insteadId } of decisions) {
    for (const unit of index.named(deploymentId)) (decision === 'confirm' ? choose : reject)(unit);
    if (decision === 'change' && insteadId !== null) for (const unit of index.named(insteadId)) choose(unit);
  }
  const decided = new Set([...chosen].map(({ service }) => service));
  return [...byRule.filter((unit) => !rejected.has(unit) && !decided.has(unit.service)), ...chosen];
};

const byStart = (a: Unit, b: Unit): number => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);
