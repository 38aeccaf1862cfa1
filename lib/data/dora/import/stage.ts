/** Rows of files beside the tables, in the transaction of an import: compared there, taken over, or forgotten. */
import { type Lined, type RowOf, TABLE_NAMES, type TableName } from '../../../domain/dora/csv/index.ts';
import type { Transaction } from '../../database.ts';
import { STAGED } from './tables.ts';

/** Between two batches of a sender who has gone quiet. */
const IDLE_MAX = '60s';

export const openStage = async (client: Transaction): Promise<void> => {
  await client.query(
    `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '${IDLE_MAX}'`,
  );
  for (const table of TABLE_NAMES) {
    const { key, columns } = STAGED[table];
    const defined = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    await client.query(
      `CREATE TEMPORARY TABLE ${stageOf(table)} (line integer NOT NULL, ${key} text NOT NULL, ${defined.join(', ')}) ON COMMIT DROP`,
    );
  }
};

export const stageRows = async <T extends TableName>(
  client: Transaction,
  table: T,
  rows: readonly Lined<RowOf<T>>[],
): Promise<void> => {
  const { key, columns, toColumns } = STAGED[table];
  const defined = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await client.query(
    `INSERT INTO ${stageOf(table)} SELECT * FROM jsonb_to_recordset($1) AS r (line integer, ${key} text, ${defined.join(', ')})`,
    [JSON.stringify(rows.map(({ row, line }) => ({ line, ...toColumns(row) })))],
  );
};

/** Once everything is staged, before anything is asked. */
export const closeStage = async (client: Transaction): Promise<void> => {
  for (const table of TABLE_NAMES) {
    await client.query(`CREATE INDEX ON ${stageOf(table)} (${STAGED[table].key}, line)`);
    await client.query(`ANALYZE ${stageOf(table)}`);
  }
};

export const stageOf = (table: TableName): string => `stage_${table}`;
