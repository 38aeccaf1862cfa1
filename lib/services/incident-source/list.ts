import type { IncidentSourceView } from '../../contract/incident-source.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readIncidentSources } from '../../data/delivery/incident-sources.ts';
import { authorize, type Context } from '../context.ts';
import { incidentSourceView } from './view.ts';

/** A page of incident sources by slug. */
export const listIncidentSources = async (
  ctx: Context,
  { origin, ...input }: PageQuery & { origin: string },
): Promise<Page<IncidentSourceView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readIncidentSources(ctx.db.pool, { after: cursor, limit: limit + 1 });
  return toPage(
    rows.map((row) => incidentSourceView(row, origin)),
    limit,
    (last) => last.slug,
  );
};
