import { idSchema } from '../../contract/primitives.ts';
import type { ReleaseView } from '../../contract/release.ts';
import { readReleaseSnapshot } from '../../data/views/release-snapshot.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { releaseView } from './view.ts';

/** One release with everything its page shows, including what the asking actor may do. */
export const getRelease = async (ctx: Context, { id }: { id: string }): Promise<ReleaseView> => {
  authorize(ctx.actor, 'release:read');
  const snapshot = idSchema.safeParse(id).success ? await readReleaseSnapshot(ctx.db.pool, id) : null;
  if (!snapshot) throw new ServiceError('not-found', `There is no release ${id}.`);
  return releaseView(snapshot, ctx.actor, ctx.now());
};
