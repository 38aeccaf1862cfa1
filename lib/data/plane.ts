/** The control plane's own numbers, that agents fence by. */
import { z } from 'zod';
import type { Queryable } from './database.ts';

export type PlaneNumbers = { term: number; leaseTick: number };

/**
 * Raises the lease tick. Agents renew their lease only when it grew, so that it proves a database that answers and
 * not merely a server that talks. Throws when the database does not answer.
 */
export const tickLease = async (client: Queryable): Promise<PlaneNumbers> =>
  toNumbers(
    await client.query(
      'UPDATE plane SET lease_tick = lease_tick + 1 WHERE id = 1 RETURNING term, lease_tick',
    ),
  );

export const readPlane = async (client: Queryable): Promise<PlaneNumbers> =>
  toNumbers(await client.query('SELECT term, lease_tick FROM plane WHERE id = 1'));

/** After a restored backup or a fail-over: history may have been rewound, so nothing from before counts. */
export const raiseTerm = async (client: Queryable): Promise<PlaneNumbers> =>
  toNumbers(await client.query('UPDATE plane SET term = term + 1 WHERE id = 1 RETURNING term, lease_tick'));

const toNumbers = ({ rows }: { rows: unknown[] }): PlaneNumbers => {
  const [row] = z.tuple([z.object({ term: z.number(), lease_tick: z.number() })]).parse(rows);
  return { term: row.term, leaseTick: row.lease_tick };
};
