import { idSchema, timeSchema } from '../../contract/primitives.ts';
import type { ReleaseView } from '../../contract/release.ts';
import { readReleaseSnapshot } from '../../data/views/release-snapshot.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { snapshotAt } from './as-of.ts';
import { releaseView } from './view.ts';

/**
 * One release with everything its page shows, including what the asking actor may do; with `at` (RFC 3339), all of it as
 * it was then. Throws `invalid` for a time before the release or in the future.
 */
export const getRelease = async (
  ctx: Context,
  { id, at }: { id: string; at?: string | undefined },
): Promise<ReleaseView> => {
  authorize(ctx.actor, 'release:read');
  const snapshot = idSchema.safeParse(id).success ? await readReleaseSnapshot(ctx.db.pool, id) : null;
  if (!snapshot) throw new ServiceError('not-found', `There is no release ${id}.`);
  if (at === undefined) return releaseView(snapshot, ctx.actor, ctx.now());
  const then = Date.parse(parseField('at', timeSchema, at));
  return releaseView(await snapshotAt(ctx, snapshot, then), ctx.actor, then);
};
