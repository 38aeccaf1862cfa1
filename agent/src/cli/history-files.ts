import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import {
  cyclesOf,
  type DoraConfig,
  fileOf,
  type Lined,
  type LinedHistory,
  parseDoraConfig,
  type RowOf,
  type RowProblem,
  readHeader,
  readRow,
  TABLE_NAMES,
  type TableName,
  unknownNamesOf,
  withoutRepeats,
} from '../domain.ts';
import { textOf } from '../log.ts';
import { UsageError } from './exit.ts';

/** Files that cannot be used as they are; every problem is named by file, line and column. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly problems: readonly RowProblem[];

  constructor(problems: readonly RowProblem[]) {
    const shown = problems.slice(0, SHOWN_MAX).map(problemText);
    const rest = problems.length - shown.length;
    super([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'));
    this.problems = problems;
  }
}

const SHOWN_MAX = 50;

export const problemText = ({ file, line, column, message }: RowProblem): string =>
  `${file}:${line}${column === null ? '' : `, ${column}`}: ${message}`;

export type HistoryFiles = { history: LinedHistory; notes: RowProblem[]; config: DoraConfig };

/**
 * Reads the files of a history. `deployments.csv` must be there; the others may be missing, which is noted. Throws
 * `UsageError` when there is no such directory and `HistoryError` for what the files hold.
 */
export function readHistory(directory: string): HistoryFiles {
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UsageError(`${directory}: no such directory`);
  const problems: RowProblem[] = [];
  const notes: RowProblem[] = [];
  const read = <T extends TableName>(table: T): Lined<RowOf<T>>[] => {
    const file = fileOf(table);
    if (existsSync(join(directory, file))) return readTable(directory, table, problems);
    const missing = { file, line: 1, column: null, message: 'the file is missing' };
    if (table === 'deployments')
      problems.push({ ...missing, message: `${missing.message}; put it into ${directory}` });
    else notes.push({ ...missing, message: `${missing.message}; what follows from it has no data` });
    return [];
  };
  const given = { deployments: read('deployments'), commits: read('commits'), incidents: read('incidents') };
  const config = readConfig(directory, problems);
  const { history, problems: repeats } = withoutRepeats(given);
  problems.push(...repeats, ...cyclesOf(history.commits));
  if (problems.length > 0) throw new HistoryError(problems.sort(byPlace));
  return { history, notes: [...notes, ...unknownNamesOf(history)], config };
}

const byPlace = (a: RowProblem, b: RowProblem): number =>
  (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line;

const recordSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

function readTable<T extends TableName>(
  directory: string,
  table: T,
  problems: RowProblem[],
): Lined<RowOf<T>>[] {
  const [first, ...rest] = readRecords(join(directory, fileOf(table)), table, problems);
  if (!first) return [];
  const header = readHeader(table, first.record);
  problems.push(...header.problems);
  if (header.problems.length > 0) return [];
  const rows: Lined<RowOf<T>>[] = [];
  for (const { record, info } of rest) {
    const found = readRow(table, header, record, info.lines);
    if ('row' in found) rows.push({ row: found.row, line: info.lines });
    else problems.push(...found.problems);
  }
  return rows;
}

function readRecords(path: string, table: TableName, problems: RowProblem[]): z.infer<typeof recordSchema> {
  const refuse = (line: number, column: string | null, message: string) =>
    problems.push({ file: fileOf(table), line, column, message });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    const records = recordSchema.parse(parse(text, { ...CSV_OPTIONS, info: true }));
    if (records.length === 0) refuse(1, null, 'is empty; begin it with the names of the columns');
    return records;
  } catch (error) {
    if (error instanceof CsvError) refuse(lineOf(error), null, `broken quoting: ${error.message}`);
    else if (error instanceof TypeError) refuse(1, null, 'is not UTF-8; save it as UTF-8');
    else refuse(1, null, `cannot be read: ${textOf(error)}`);
    return [];
  }
}

const CSV_OPTIONS = {
  bom: true,
  columns: false,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};

const lineOf = (error: CsvError): number => {
  const { lines } = error;
  return typeof lines === 'number' ? lines : 1;
};

function readConfig(directory: string, problems: RowProblem[]): DoraConfig {
  const path = join(directory, 'config.json');
  const parsed = parseDoraConfig(existsSync(path) ? parseJson(path, problems) : {});
  if ('config' in parsed) return parsed.config;
  for (const { path: column, message } of parsed.problems)
    problems.push({ file: 'config.json', line: 1, column: column === '' ? null : column, message });
  return readDefaults();
}

function readDefaults(): DoraConfig {
  const parsed = parseDoraConfig({});
  if ('config' in parsed) return parsed.config;
  throw new Error('the defaults are a configuration');
}

function parseJson(path: string, problems: RowProblem[]): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^﻿/, ''));
  } catch (error) {
    problems.push({ file: 'config.json', line: 1, column: null, message: `is no JSON: ${textOf(error)}` });
    return {};
  }
}

export const tableFilesIn = (directory: string): { table: TableName; path: string }[] =>
  TABLE_NAMES.map((table) => ({ table, path: join(directory, fileOf(table)) })).filter(({ path }) =>
    existsSync(path),
  );
