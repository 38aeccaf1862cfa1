/** What only all rows together show: the same id twice, commits in a cycle, names that nobody has. */
import { buildGraph } from '../deliveries.ts';
import type { CommitRow, DeploymentRow, IncidentRow } from '../types.ts';
import { fileOf, type RowProblem, type TableName } from './tables.ts';

/** A row and the line that it ends on. */
export type Lined<T> = { row: T; line: number };
export type LinedHistory = {
  deployments: Lined<DeploymentRow>[];
  commits: Lined<CommitRow>[];
  incidents: Lined<IncidentRow>[];
};

const keyOf = {
  deployments: (row: DeploymentRow) => row.id,
  commits: (row: CommitRow) => row.sha,
  incidents: (row: IncidentRow) => row.id,
};

/** Leaves each row once. Equal rows are one; two rows of one id with other content are a problem. */
export const withoutRepeats = (given: LinedHistory): { history: LinedHistory; problems: RowProblem[] } => {
  const problems: RowProblem[] = [];
  const only = <T>(table: TableName, rows: Lined<T>[], idOf: (row: T) => string, column: string) => {
    const first = new Map<string, Lined<T>>();
    for (const lined of rows) {
      const id = idOf(lined.row);
      const earlier = first.get(id);
      if (!earlier) first.set(id, lined);
      else if (JSON.stringify(earlier.row) !== JSON.stringify(lined.row))
        problems.push({
          file: fileOf(table),
          line: lined.line,
          column,
          message: `is ${id} again, with other content than line ${earlier.line}; keep one of the two`,
        });
    }
    return [...first.values()];
  };
  const history = {
    deployments: only('deployments', given.deployments, keyOf.deployments, 'id'),
    commits: only('commits', given.commits, keyOf.commits, 'sha'),
    incidents: only('incidents', given.incidents, keyOf.incidents, 'id'),
  };
  return { history, problems };
};

/** Commits that descend from themselves: one problem a cycle, or a tangle of them. */
export const cyclesOf = (commits: readonly Lined<CommitRow>[]): RowProblem[] => {
  const graph = buildGraph(commits.map(({ row }) => row));
  const fine = new Set(graph.order);
  const told = new Set<number>();
  const problems: RowProblem[] = [];
  for (let start = 0; start < commits.length; start += 1) {
    if (fine.has(start) || told.has(start)) continue;
    const path: number[] = [];
    // Whatever is not fine has a parent that is not, so this walk meets itself or something told.
    let at: number | undefined = start;
    while (at !== undefined && !told.has(at)) {
      told.add(at);
      path.push(at);
      at = graph.parents[at]?.find((parent) => parent >= 0 && !fine.has(parent));
    }
    const from = at === undefined ? -1 : path.indexOf(at);
    const begin = path[from];
    const lined = begin === undefined ? undefined : commits[begin];
    if (!lined) continue;
    const names = [...path.slice(from), begin ?? 0].map((index) => commits[index]?.row.sha ?? '');
    const way = names.length > 6 ? [...names.slice(0, 3), '...', ...names.slice(-2)] : names;
    problems.push({
      file: fileOf('commits'),
      line: lined.line,
      column: 'parents',
      message: `leads back to the commit itself (${way.join(' > ')}); a commit cannot be its own ancestor`,
    });
  }
  return problems;
};

/** Names of deployments and incidents that no row has: allowed, and said, for they link nothing. */
export const unknownNamesOf = ({ deployments, incidents }: LinedHistory): RowProblem[] => {
  const units = new Set(
    deployments.flatMap(({ row }) => [row.id, ...(row.groupId === null ? [] : [row.groupId])]),
  );
  const known = new Set(incidents.map(({ row }) => row.id));
  const notes: RowProblem[] = [];
  const look = (
    table: TableName,
    line: number,
    column: string,
    id: string | null,
    among: Set<string>,
    what: string,
  ) => {
    if (id !== null && !among.has(id))
      notes.push({
        file: fileOf(table),
        line,
        column,
        message: `names ${id}, and no ${what} is called that; it links nothing`,
      });
  };
  for (const { row, line } of deployments) {
    look('deployments', line, 'rollback_of', row.rollbackOf, units, 'deployment or group');
    look('deployments', line, 'remediates', row.remediates, units, 'deployment or group');
  }
  for (const { row, line } of incidents) {
    for (const id of row.causedBy) look('incidents', line, 'caused_by', id, units, 'deployment or group');
    look('incidents', line, 'duplicate_of', row.duplicateOf, known, 'incident');
  }
  return notes;
};
