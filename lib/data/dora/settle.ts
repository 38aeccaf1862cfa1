/** Brings the rollups up to date with what happened since. */
import { z } from 'zod';
import { type Pool, type Queryable, type Transaction, withTransaction } from '../database.ts';
import { rebuildIn } from './rebuild.ts';
import { recomputeServices } from './recompute.ts';

/**
 * Applies what is pending, in one transaction and one process at a time; says how many notes that were. Cheap when
 * there is nothing to do, so that every reader can call it first.
 */
export const settleRollups = async (pool: Pool): Promise<number> => {
  if (!(await hasPending(pool))) return 0;
  return withTransaction(pool, async (client) => {
    await lock(client);
    const notes = await takePending(client);
    const services = notes.flatMap(({ kind, key }) => (kind === 'service' ? [key] : []));
    const incidents = notes.flatMap(({ kind, key }) => (kind === 'incident' ? [key] : []));
    if (notes.some(({ kind }) => kind === 'all')) await rebuildIn(client);
    else if (notes.length > 0) await recomputeServices(client, { services, incidents });
    return notes.length;
  });
};

/** Makes every rollup anew from raw rows. */
export const rebuildRollups = (pool: Pool): Promise<void> =>
  withTransaction(pool, async (client) => {
    await lock(client);
    await takePending(client);
    await rebuildIn(client);
  });

const LOCK = 7_311_604;

const lock = async (client: Transaction): Promise<void> => {
  await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
};

const hasPending = async (client: Queryable): Promise<boolean> => {
  const { rows } = await client.query('SELECT 1 FROM dora_pending LIMIT 1');
  return rows.length > 0;
};

const notesSchema = z.array(z.object({ kind: z.enum(['service', 'incident', 'all']), key: z.string() }));

/** Only what is visible now is taken away: what others commit meanwhile stays for the next time. */
const takePending = async (client: Transaction): Promise<z.infer<typeof notesSchema>> => {
  const { rows } = await client.query('DELETE FROM dora_pending RETURNING kind, key');
  return notesSchema.parse(rows);
};
