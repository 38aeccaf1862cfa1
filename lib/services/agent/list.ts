import type { AgentView } from '../../contract/config.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { idSchema } from '../../contract/primitives.ts';
import { readAgents } from '../../data/config/agents.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { authorize, type Context } from '../context.ts';
import { agentView } from './view.ts';

/** A page of agents, the newest first; revoked ones are kept, without targets. */
export const listAgents = async (ctx: Context, input: PageQuery = {}): Promise<Page<AgentView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const after = idSchema.safeParse(cursor).data;
  const rows = await readAgents(ctx.db.pool, { after, limit: limit + 1 });
  return toPage(rows.map(agentView), limit, (last) => last.id);
};
