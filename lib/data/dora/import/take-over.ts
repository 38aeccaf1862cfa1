import type { TableName } from '../../../domain/dora/csv/index.ts';
import type { Transaction } from '../../database.ts';
import { stageOf } from './stage.ts';
import { STAGED } from './tables.ts';

/** Lines a statement: a statement is over within the limits that all have. */
const LINES = 50_000;

/** Writes the staged rows that are new, and those that say how an unfinished one ended. The others are left out. */
export const takeOver = async (client: Transaction, table: TableName): Promise<void> => {
  const { rows } = await client.query<{ last: number | null }>(
    `SELECT max(line) AS last FROM ${stageOf(table)}`,
  );
  const last = rows[0]?.last ?? 0;
  for (let from = 0; from <= last; from += LINES) {
    await client.query(updateSql(table), [from, from + LINES]);
    await client.query(insertSql(table), [from, from + LINES]);
  }
};

const insertSql = (table: TableName): string => {
  const { target, key, columns } = STAGED[table];
  const names = [key, ...Object.keys(columns)].join(', ');
  return `INSERT INTO ${target} (source, ${names}) SELECT 'csv', ${names} FROM ${stageOf(table)}
    WHERE line >= $1 AND line < $2 ON CONFLICT (${key}) DO NOTHING`;
};

const updateSql = (table: TableName): string => {
  const { target, key, columns, open, stands } = STAGED[table];
  const names = Object.keys(columns);
  return `UPDATE ${target} t SET ${names.map((name) => `${name} = s.${name}`).join(', ')} FROM ${stageOf(table)} s
    WHERE t.${key} = s.${key} AND s.line >= $1 AND s.line < $2 AND ${open} AND NOT (${stands})
      AND ROW(${names.map((name) => `t.${name}`).join(', ')})
        IS DISTINCT FROM ROW(${names.map((name) => `s.${name}`).join(', ')})`;
};
