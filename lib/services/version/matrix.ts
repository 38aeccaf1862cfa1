import type { VersionMatrix } from '../../contract/matrix.ts';
import { readMatrix } from '../../data/promotion.ts';
import { authorize, type Context } from '../context.ts';

/** The version in charge of every service in every environment where one is known. */
export const versionMatrix = async (ctx: Context): Promise<VersionMatrix> => {
  authorize(ctx.actor, 'config:read');
  const cells = await readMatrix(ctx.db.pool);
  return { cells: cells.map((cell) => ({ ...cell, since: cell.since?.toISOString() ?? null })) };
};
