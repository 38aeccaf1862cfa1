/** Notes, factors, action items, signatures and comments of a retrospective, each row with its own version. */
import { z } from 'zod';
import type { Queryable, Transaction } from './database.ts';

/** The tables whose rows people change and take away. */
export type PartTable = 'retrospective_note' | 'retrospective_factor' | 'action_item';

/** The version of a part and whose it is; null when there is none. Locked until the end of the transaction. */
export const lockPart = async (
  client: Transaction,
  table: PartTable,
  id: string,
): Promise<{ version: number; retrospectiveId: string } | null> => {
  const { rows } = await client.query(
    `SELECT version, retrospective_id FROM ${table} WHERE id = $1 FOR UPDATE`,
    [id],
  );
  const row = z.array(partRow).parse(rows)[0];
  return row ? { version: row.version, retrospectiveId: row.retrospective_id } : null;
};

/** Columns by name; answers with the new row's id. Names are ours, never a caller's. */
export const insertPart = async (
  client: Transaction,
  table: PartTable | 'retrospective_comment',
  columns: Record<string, unknown>,
): Promise<string> => {
  const names = Object.keys(columns);
  const { rows } = await client.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})
     RETURNING id`,
    Object.values(columns),
  );
  return z.tuple([z.object({ id: z.string() })]).parse(rows)[0].id;
};

/** Sets the columns given and counts the version up. */
export const updatePart = async (
  client: Transaction,
  table: PartTable,
  id: string,
  columns: Record<string, unknown>,
  at: Date,
): Promise<void> => {
  const names = Object.keys(columns);
  const sets = names.map((name, index) => `${name} = $${index + 3}`);
  await client.query(
    `UPDATE ${table} SET ${['version = version + 1', 'updated_at = $2', ...sets].join(', ')} WHERE id = $1`,
    [id, at, ...Object.values(columns)],
  );
};

export const deletePart = async (client: Transaction, table: PartTable, id: string): Promise<void> => {
  await client.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
};

/** One signature a person; signing again moves it to the version read now. */
export const upsertSignOff = async (
  client: Transaction,
  row: { retrospectiveId: string; actorId: string; name: string; role: string; version: number; at: Date },
): Promise<void> => {
  await client.query(
    `INSERT INTO retrospective_sign_off (retrospective_id, actor_id, name, role, version, at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (retrospective_id, actor_id) DO UPDATE
       SET name = excluded.name, role = excluded.role, version = excluded.version, at = excluded.at`,
    [row.retrospectiveId, row.actorId, row.name, row.role, row.version, row.at],
  );
  await client.query('UPDATE retrospective SET signed_off_at = coalesce(signed_off_at, $2) WHERE id = $1', [
    row.retrospectiveId,
    row.at,
  ]);
};

const partRow = z.object({ version: z.number(), retrospective_id: z.string() });

/** Whose action item this is; null when there is none. */
export const retrospectiveOfItem = async (client: Queryable, id: string): Promise<string | null> => {
  const { rows } = await client.query('SELECT retrospective_id FROM action_item WHERE id = $1', [id]);
  return z.array(z.object({ retrospective_id: z.string() })).parse(rows)[0]?.retrospective_id ?? null;
};
