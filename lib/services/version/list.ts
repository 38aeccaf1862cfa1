import type { z } from 'zod';
import type { VersionView } from '../../contract/config.ts';
import { versionListQuerySchema } from '../../contract/page.ts';
import { idSchema } from '../../contract/primitives.ts';
import { toPage } from '../../data/config/page.ts';
import { readVersions } from '../../data/config/versions.ts';
import { authorize, type Context } from '../context.ts';
import { getService } from '../service/get.ts';
import { versionView } from './view.ts';

/** A page of a service's versions, newest first. */
export const listVersions = async (
  ctx: Context,
  input: z.input<typeof versionListQuerySchema>,
): Promise<{ items: VersionView[]; next: string | null }> => {
  authorize(ctx.actor, 'config:read');
  const { service, cursor, limit } = versionListQuerySchema.parse(input);
  await getService(ctx, { slug: service });
  // A cursor that is none begins at the newest, as everywhere.
  const after = idSchema.safeParse(cursor).data;
  const rows = await readVersions(ctx.db, { service, after, limit: limit + 1 });
  const page = toPage(rows, limit, (last) => last.id);
  return { items: page.items.map(versionView), next: page.next };
};
