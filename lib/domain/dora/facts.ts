/** From raw rows to facts: the one place where the rules meet. */
import { buildGraph, type CommitGraph, deliveriesOf } from './deliveries.ts';
import { type Fixes, failureReasonsOf, fixTargetsOf, isChange, recoveryOf } from './failures.ts';
import { groupDeployments, type Unit } from './group.ts';
import { collect, groupBy } from './group-by.ts';
import { inferKinds } from './kinds.ts';
import { indexUnits, linkIncident, type UnitIndex } from './links.ts';
import type {
  DeliveryFact,
  DeploymentFact,
  DeploymentKind,
  DoraSettings,
  Facts,
  History,
  IncidentFact,
  IncidentRow,
} from './types.ts';

/** Everything that follows from `history`. The same rows in another order give the same facts in the same order. */
export const deriveFacts = (history: History, settings: DoraSettings): Facts => {
  const { units, deployments, incidents } = deriveDeployments(history, settings);
  return { deployments, incidents, deliveries: deriveDeliveries(units, history.commits, settings) };
};

/** All but the deliveries: what needs no commits, and is therefore made anew after every event. */
export const deriveDeployments = (
  history: Pick<History, 'deployments' | 'incidents' | 'decisions'>,
  settings: DoraSettings,
): { units: Unit[]; deployments: DeploymentFact[]; incidents: IncidentFact[] } => {
  const units = groupDeployments(history.deployments);
  const index = indexUnits(units);
  const kinds = kindsOf(units);
  const incidents = linkAll(history, index, kinds.kindOf, settings);
  return { units, incidents, deployments: judgeAll(units, kinds, index, history.incidents, incidents) };
};

/** The deliveries of every service that deploys or that a commit touches. */
export const deriveDeliveries = (
  units: readonly Unit[],
  commits: History['commits'],
  settings: DoraSettings,
  graph: CommitGraph = buildGraph(commits),
): DeliveryFact[] => {
  const services = new Set(units.map(({ service }) => service));
  for (const commit of commits) for (const service of commit.services ?? []) services.add(service);
  const byService = groupBy(units, ({ service }) => service);
  return [...services]
    .sort()
    .flatMap(
      (service) =>
        deliveriesOf(service, byService.get(service) ?? [], graph, settings.firstDeploymentIsBaseline)
          .deliveries,
    );
};

type KindLookup = {
  kindOf: (unit: Unit) => DeploymentKind;
  inferredRollbackOf: (unit: Unit) => Unit | undefined;
};

const kindsOf = (units: readonly Unit[]): KindLookup => {
  const kindOf = new Map<Unit, DeploymentKind>();
  const inferred = new Map<Unit, Unit>();
  for (const own of groupBy(units, ({ service }) => service).values()) {
    const kinds = inferKinds(own);
    for (const [unit, kind] of kinds.kindOf) kindOf.set(unit, kind);
    for (const [unit, takenBack] of kinds.inferredRollbackOf) inferred.set(unit, takenBack);
  }
  return {
    kindOf: (unit) => kindOf.get(unit) ?? 'change',
    inferredRollbackOf: (unit) => inferred.get(unit),
  };
};

const linkAll = (
  { incidents, decisions }: Pick<History, 'incidents' | 'decisions'>,
  index: UnitIndex,
  kindOf: (unit: Unit) => DeploymentKind,
  settings: DoraSettings,
): IncidentFact[] => {
  const said = groupBy(decisions, ({ incidentId }) => incidentId);
  return incidents
    .map((incident) => linkIncident(incident, said.get(incident.id) ?? [], index, kindOf, settings))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};

const judgeAll = (
  units: readonly Unit[],
  { kindOf, inferredRollbackOf }: KindLookup,
  index: UnitIndex,
  rows: readonly IncidentRow[],
  links: readonly IncidentFact[],
): DeploymentFact[] => {
  const incidentOf = new Map(rows.map((row) => [row.id, row]));
  const incidentsOf = collect(
    links.flatMap(({ id, deployments }) => deployments.map((unit) => [unit, id] as const)),
  );
  const targets = new Map(
    units.map((unit) => [unit, fixTargetsOf(unit, kindOf(unit), inferredRollbackOf(unit), index)]),
  );
  const done = [...targets].filter(([unit]) => unit.status === 'success');
  const rollbacksOf = collect(
    done.flatMap(([unit, { rollbackOf }]) => (rollbackOf ? [[rollbackOf, unit] as const] : [])),
  );
  const hotfixesOf = collect(
    done.flatMap(([unit, { remediates }]) => (remediates ? [[remediates, unit] as const] : [])),
  );
  return units.map((unit) => {
    const incidents = incidentsOf.get(unit.id) ?? [];
    const fixes = { rollbacks: rollbacksOf.get(unit) ?? [], hotfixes: hotfixesOf.get(unit) ?? [] };
    const linked = incidents.flatMap((id) => incidentOf.get(id) ?? []);
    const target = targets.get(unit);
    return {
      ...toFact(unit, kindOf(unit), linked, fixes),
      rollbackOf: target?.rollbackOf?.id ?? null,
      remediates: target?.remediates?.id ?? null,
      incidents,
    };
  });
};

const toFact = (unit: Unit, kind: DeploymentKind, incidents: readonly IncidentRow[], fixes: Fixes) => {
  const change = isChange(unit, kind);
  const failedBecause = change ? failureReasonsOf(unit, incidents, fixes) : [];
  return {
    id: unit.id,
    members: unit.members,
    service: unit.service,
    environment: unit.environment,
    commitSha: unit.commitSha,
    version: unit.version,
    startedAt: unit.startedAt,
    finishedAt: unit.finishedAt,
    status: unit.status,
    maxExposure: unit.maxExposure,
    kind,
    unplanned: unit.unplanned ?? kind !== 'change',
    isChange: change,
    failedBecause,
    recovery: failedBecause.length > 0 ? recoveryOf(unit, incidents, fixes) : null,
  };
};
