import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { activeReleasesQuery, agentsQuery } from '#lib/client/queries.ts';
import { env } from '#lib/env.ts';
import { listAgents } from '#lib/services/agent/list.ts';
import { listReleases } from '#lib/services/release/list.ts';
import { fill } from '../fill.ts';

/** What the frame itself shows is filled here, so that no page starts with an empty strip. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const ctx = await pageContext();
  const queries = await fill(
    [activeReleasesQuery(), () => listReleases(ctx, { state: 'active', limit: 200 })],
    [agentsQuery(), () => listAgents(ctx)],
  );
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <Shell account={{ name: ctx.actor.name, role: ctx.actor.role }} demo={env().demo}>
        {children}
      </Shell>
    </HydrationBoundary>
  );
}
