/** Releases that people say were stopped although nothing was wrong. */
import type { Transaction } from './database.ts';

export const storeFalseAlarm = async (
  client: Transaction,
  releaseId: string,
  mark: { reason: string; by: string; at: Date },
): Promise<void> => {
  await client.query(
    `INSERT INTO false_alarm (release_id, reason, marked_by, marked_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (release_id) DO UPDATE
       SET reason = excluded.reason, marked_by = excluded.marked_by, marked_at = excluded.marked_at`,
    [releaseId, mark.reason, mark.by, mark.at],
  );
};

/** True when there was a mark. */
export const clearFalseAlarm = async (client: Transaction, releaseId: string): Promise<boolean> => {
  const { rowCount } = await client.query('DELETE FROM false_alarm WHERE release_id = $1', [releaseId]);
  return (rowCount ?? 0) > 0;
};
