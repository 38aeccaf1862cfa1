/** One record of a file: cells in, a row out, or each cell that is wrong by its column. */
import {
  type CommitRow,
  DEPLOYMENT_KINDS,
  DEPLOYMENT_STATUSES,
  type DeploymentRow,
  type IncidentRow,
} from '../types.ts';
import {
  blankOr,
  CellError,
  flag,
  oneOf,
  optionalText,
  percent,
  type ReadCell,
  requiredText,
  serviceList,
  severity,
  time,
  wordList,
} from './cells.ts';
import type { Header } from './header.ts';
import { fileOf, type RowProblem, type TABLES, type TableName } from './tables.ts';

export type RowOf<T extends TableName> = {
  deployments: DeploymentRow;
  commits: CommitRow;
  incidents: IncidentRow;
}[T];

export type ReadRow<T extends TableName> = { row: RowOf<T> } | { problems: RowProblem[] };

/** Reads one record under its header. Blanks around a cell mean nothing. */
export const readRow = <T extends TableName>(
  table: T,
  header: Header,
  cells: readonly string[],
  line: number,
): ReadRow<T> => {
  if (cells.length !== header.width)
    return {
      problems: [
        {
          file: fileOf(table),
          line,
          column: null,
          message: `has ${cells.length} cells where the header has ${header.width}; quote cells that hold commas`,
        },
      ],
    };
  const problems: RowProblem[] = [];
  const refuse = (column: string, message: string) =>
    problems.push({ file: fileOf(table), line, column, message });
  const cell: Cell<T> = (column, read, otherwise) => {
    try {
      return read((cells[header.places.get(column) ?? -1] ?? '').trim());
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      refuse(column, error.message);
      return otherwise;
    }
  };
  const row = READERS[table](cell, refuse);
  return problems.length > 0 ? { problems } : { row };
};

/** `otherwise` only fills the place of a value that was refused, so that the next cells are looked at too. */
type Cell<T extends TableName> = <V>(
  column: (typeof TABLES)[T][number],
  read: ReadCell<V>,
  otherwise: V,
) => V;
type Refuse = (column: string, message: string) => void;

const READERS: { [T in TableName]: (cell: Cell<T>, refuse: Refuse) => RowOf<T> } = {
  deployments: (cell, refuse) => {
    const row: DeploymentRow = {
      id: cell('id', requiredText, ''),
      service: cell('service', requiredText, ''),
      environment: cell('environment', requiredText, ''),
      tier: cell('tier', requiredText, '').toLowerCase(),
      groupId: cell('group_id', optionalText, null),
      commitSha: cell('commit_sha', optionalText, null),
      version: cell('version', optionalText, null),
      kind: cell('kind', blankOr(oneOf(DEPLOYMENT_KINDS)), null),
      startedAt: cell('started_at', time, Number.NaN),
      finishedAt: cell('finished_at', blankOr(time), null),
      status: cell('status', oneOf(DEPLOYMENT_STATUSES), 'success'),
      maxExposure: cell('max_exposure', blankOr(percent), null),
      rollbackOf: cell('rollback_of', optionalText, null),
      remediates: cell('remediates', optionalText, null),
      unplanned: cell('unplanned', blankOr(flag), null),
      drill: cell('drill', blankOr(flag), null) ?? false,
    };
    if (row.finishedAt !== null && row.finishedAt < row.startedAt)
      refuse('finished_at', 'is before started_at; exchange them, or leave it blank while it runs');
    return row;
  },
  commits: (cell, refuse) => {
    const row: CommitRow = {
      sha: cell('sha', requiredText, ''),
      parents: cell('parents', wordList, []),
      authoredAt: cell('authored_at', time, Number.NaN),
      services: cell('services', serviceList, null),
      pr: cell('pr', optionalText, null),
    };
    if (row.parents.includes(row.sha)) refuse('parents', 'holds the commit itself; remove it');
    return row;
  },
  incidents: (cell, refuse) => {
    const row: IncidentRow = {
      id: cell('id', requiredText, ''),
      services: cell('services', wordList, []).sort(),
      severity: cell('severity', severity, 1),
      startedAt: cell('started_at', time, Number.NaN),
      detectedAt: cell('detected_at', blankOr(time), null),
      resolvedAt: cell('resolved_at', blankOr(time), null),
      causedBy: cell('caused_by', wordList, []).sort(),
      cause: cell('cause', blankOr(oneOf(['external'])), null),
      duplicateOf: cell('duplicate_of', optionalText, null),
      drill: cell('drill', blankOr(flag), null) ?? false,
    };
    if (row.resolvedAt !== null && row.resolvedAt < row.startedAt)
      refuse('resolved_at', 'is before started_at; exchange them, or leave it blank while it is open');
    if (row.duplicateOf === row.id) refuse('duplicate_of', 'is the incident itself; leave it blank');
    return row;
  },
};
