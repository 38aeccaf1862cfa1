import type { z } from 'zod';
import type { TargetView } from '../../contract/config.ts';
import { targetListQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readTargets, type TargetPlace } from '../../data/config/targets.ts';
import { authorize, type Context } from '../context.ts';
import { targetView } from './view.ts';

/** A page of targets by service and cluster; both filters are optional. */
export const listTargets = async (
  ctx: Context,
  input: z.input<typeof targetListQuerySchema> = {},
): Promise<Page<TargetView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit, ...filter } = targetListQuerySchema.parse(input);
  const rows = await readTargets(ctx.db.pool, { ...filter, after: placeOf(cursor), limit: limit + 1 });
  return toPage(rows.map(targetView), limit, ({ service, cluster }) => `${service}/${cluster}`);
};

const placeOf = (cursor: string | undefined): TargetPlace | undefined => {
  const [service, cluster] = cursor?.split('/') ?? [];
  return service !== undefined && cluster !== undefined ? { service, cluster } : undefined;
};
