/** R5: which deployment delivered a commit first. */
import type { Unit } from './group.ts';
import type { CommitRow, DeliveryFact } from './types.ts';

/** Commits by place instead of by name: walking is array reads, and what was seen is one bit each. */
export type CommitGraph = {
  commits: readonly CommitRow[];
  indexOf: ReadonlyMap<string, number>;
  /** Places of the parents that are known; one that is not is a bitwise complement of its place in `unknown`. */
  parents: readonly (readonly number[])[];
  unknown: readonly string[];
  /** Every place, parents before children; commits in a cycle are left out. */
  order: readonly number[];
};

export const buildGraph = (commits: readonly CommitRow[]): CommitGraph => {
  const indexOf = new Map(commits.map(({ sha }, index) => [sha, index]));
  const unknown: string[] = [];
  const parents = commits.map((commit) =>
    commit.parents.map((sha) => indexOf.get(sha) ?? ~(unknown.push(sha) - 1)),
  );
  return { commits, indexOf, parents, unknown, order: orderOf(parents) };
};

/** Takes away what has no open parents, again and again; what is in a cycle always has one. */
const orderOf = (parents: readonly (readonly number[])[]): number[] => {
  const open = parents.map((known) => known.filter((parent) => parent >= 0).length);
  const children: number[][] = parents.map(() => []);
  for (const [index, known] of parents.entries())
    for (const parent of known) if (parent >= 0) children[parent]?.push(index);
  const order = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let next = 0; next < order.length; next += 1)
    for (const child of children[order[next] ?? -1] ?? []) {
      const left = (open[child] ?? 0) - 1;
      open[child] = left;
      if (left === 0) order.push(child);
    }
  return order;
};

export type ServiceDeliveries = {
  deliveries: DeliveryFact[];
  /** 1 for every commit, by place, that a successful deployment contained. */
  seen: Uint8Array;
  /** Commits that a deployment named or led to and that the graph does not hold. */
  missing: string[];
  /** The end of the newest successful deployment; null = none. */
  until: number | null;
};

/**
 * Walks from each successful deployment of one service (`units`, in the order of `byEnd`) to what no earlier one had
 * reached: every commit is visited once. Merge commits, commits of other services and those of the baseline are
 * reached but no samples. Commits that descend from a delivered one and are in no deployment yet come last, undelivered.
 */
export const deliveriesOf = (
  service: string,
  units: readonly Unit[],
  graph: CommitGraph,
  firstIsBaseline: boolean,
): ServiceDeliveries => {
  const seen = new Uint8Array(graph.commits.length);
  const missing = new Set<string>();
  const deliveries: DeliveryFact[] = [];
  let until: number | null = null;
  let isBaseline = firstIsBaseline;
  for (const unit of units) {
    if (unit.status !== 'success' || unit.finishedAt === null) continue;
    until = unit.finishedAt;
    if (unit.commitSha === null) continue;
    const start = graph.indexOf.get(unit.commitSha);
    if (start === undefined) {
      missing.add(unit.commitSha);
      continue;
    }
    for (const index of walk(graph, start, seen, missing)) {
      const commit = graph.commits[index];
      if (isBaseline || !commit || !isSample(commit, service)) continue;
      deliveries.push(toFact(service, commit, unit));
    }
    isBaseline = false;
  }
  for (const index of undelivered(graph, service, seen)) {
    const commit = graph.commits[index];
    if (commit) deliveries.push(toFact(service, commit, null));
  }
  return { deliveries, seen, missing: [...missing], until };
};

/** A commit of the service that carries work of its own. */
export const isSample = ({ parents, services }: CommitRow, service: string): boolean =>
  parents.length < 2 && (services === null || services.includes(service));

const toFact = (service: string, { sha, authoredAt }: CommitRow, unit: Unit | null): DeliveryFact => ({
  service,
  sha,
  authoredAt,
  deliveredAt: unit?.finishedAt ?? null,
  deploymentId: unit?.id ?? null,
});

/** Marks and gives what is reachable from `start` and was not seen; cycles end where they began. */
const walk = (graph: CommitGraph, start: number, seen: Uint8Array, missing: Set<string>): number[] => {
  if (seen[start] === 1) return [];
  seen[start] = 1;
  const reached = [start];
  for (let next = 0; next < reached.length; next += 1) {
    for (const parent of graph.parents[reached[next] ?? 0] ?? []) {
      if (parent < 0) missing.add(graph.unknown[~parent] ?? '');
      else if (seen[parent] === 0) {
        seen[parent] = 1;
        reached.push(parent);
      }
    }
  }
  return reached;
};

/**
 * The service's commits that no deployment contained. One that touches every service belongs here only when the
 * history that it continues is deployed by this service: other repositories have such commits too.
 */
const undelivered = (
  { commits, parents, order }: CommitGraph,
  service: string,
  seen: Uint8Array,
): number[] => {
  const continues = new Uint8Array(seen);
  const found: number[] = [];
  for (const index of order) {
    if (seen[index] === 1) continue;
    if (parents[index]?.some((parent) => continues[parent] === 1)) continues[index] = 1;
    const commit = commits[index];
    if (!commit || !isSample(commit, service)) continue;
    if (commit.services !== null || continues[index] === 1) found.push(index);
  }
  return found;
};
