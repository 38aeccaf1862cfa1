/** What staged rows mean beside those that are stored. */
import { z } from 'zod';
import { fileOf, type RowProblem, type TableName } from '../../../domain/dora/csv/index.ts';
import type { Transaction } from '../../database.ts';
import { stageOf } from './stage.ts';
import { STAGED } from './tables.ts';

export type Counts = { added: number; changed: number; unchanged: number };
export type Compared = { counts: Counts; refused: number; problems: RowProblem[] };

const PROBLEMS_MAX = 100;

/**
 * The same row twice in a file becomes one; the same id with other content is a problem. Then: how many rows are new,
 * known, or known and now finished. A stored row that is over is never replaced.
 */
export const compareStaged = async (client: Transaction, table: TableName): Promise<Compared> => {
  const repeats = await findRepeats(client, table);
  await dropRepeats(client, table);
  const counts = await countStaged(client, table);
  const conflicts = await findConflicts(client, table);
  return {
    counts: { added: counts.added, changed: counts.changed, unchanged: counts.unchanged },
    refused: repeats.length + counts.refused,
    problems: [...repeats.slice(0, PROBLEMS_MAX), ...conflicts],
  };
};

const pairOf = (table: TableName): { mine: string; stored: string } => {
  const names = Object.keys(STAGED[table].columns);
  return {
    mine: names.map((name) => `s.${name}`).join(', '),
    stored: names.map((name) => `t.${name}`).join(', '),
  };
};

/** SQL on the stored row `t` (or none) and the staged `s`. */
const standingOf = (table: TableName): string => {
  const { key, open, stands } = STAGED[table];
  const { mine, stored } = pairOf(table);
  return `CASE WHEN t.${key} IS NULL THEN 'added' WHEN ROW(${stored}) IS NOT DISTINCT FROM ROW(${mine}) OR ${stands}
    THEN 'unchanged' WHEN ${open} THEN 'changed' ELSE 'refused' END`;
};

const joined = (table: TableName): string => {
  const { key, target } = STAGED[table];
  return `${stageOf(table)} s LEFT JOIN ${target} t ON t.${key} = s.${key}`;
};

const countSchema = z.array(z.object({ standing: z.string(), n: z.number() }));

const countStaged = async (client: Transaction, table: TableName) => {
  const { rows } = await client.query(
    `SELECT ${standingOf(table)} AS standing, count(*) AS n FROM ${joined(table)} GROUP BY 1`,
  );
  const counts = new Map(countSchema.parse(rows).map(({ standing, n }) => [standing, n]));
  const of = (standing: string) => counts.get(standing) ?? 0;
  return {
    added: of('added'),
    changed: of('changed'),
    unchanged: of('unchanged'),
    refused: of('refused'),
  };
};

const repeatSchema = z.array(z.object({ line: z.number(), first: z.number(), id: z.string() }));

const findRepeats = async (client: Transaction, table: TableName): Promise<RowProblem[]> => {
  const { key } = STAGED[table];
  const { rows } = await client.query(
    `SELECT line, first, id FROM (
       SELECT s.line, s.${key} AS id, to_jsonb(s) - 'line' AS content, first_value(s.line) OVER w AS first,
         first_value(to_jsonb(s) - 'line') OVER w AS first_content
       FROM ${stageOf(table)} s
       WHERE s.${key} IN (SELECT ${key} FROM ${stageOf(table)} GROUP BY 1 HAVING count(*) > 1)
       WINDOW w AS (PARTITION BY s.${key} ORDER BY s.line)) AS repeated
     WHERE content <> first_content ORDER BY line`,
  );
  return repeatSchema.parse(rows).map(({ line, first, id }) => ({
    file: fileOf(table),
    line,
    column: key,
    message: `is ${id} again, with other content than line ${first}; keep one of the two`,
  }));
};

const dropRepeats = async (client: Transaction, table: TableName): Promise<void> => {
  const { key } = STAGED[table];
  await client.query(
    `DELETE FROM ${stageOf(table)} s USING ${stageOf(table)} first WHERE first.${key} = s.${key} AND first.line < s.line`,
  );
};

const conflictSchema = z.array(
  z.object({
    line: z.number(),
    id: z.string(),
    mine: z.record(z.string(), z.unknown()),
    stored: z.record(z.string(), z.unknown()),
  }),
);

const findConflicts = async (client: Transaction, table: TableName): Promise<RowProblem[]> => {
  const { key, columns } = STAGED[table];
  const { rows } = await client.query(
    `SELECT s.line, s.${key} AS id, to_jsonb(s) AS mine, to_jsonb(t) AS stored FROM ${joined(table)}
     WHERE ${standingOf(table)} = 'refused' ORDER BY s.line LIMIT ${PROBLEMS_MAX}`,
  );
  return conflictSchema.parse(rows).map(({ line, id, mine, stored }) => {
    const column =
      Object.keys(columns).find((name) => JSON.stringify(mine[name]) !== JSON.stringify(stored[name])) ?? key;
    return {
      file: fileOf(table),
      line,
      column,
      message: `differs from what is stored as ${id} (${JSON.stringify(stored[column] ?? '')}), which is over and stays; give the row another ${key}, or what is stored`,
    };
  });
};
