import type { ReleaseView } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { getRelease } from './get.ts';
import { startRelease } from './start.ts';

/** Starts a finished release's version again, with the newest revision of its plan; answers with the new release. */
export const retryRelease = async (
  ctx: Context,
  input: { id: string; reason?: string | undefined },
): Promise<ReleaseView> => {
  const old = await getRelease(ctx, { id: input.id });
  const { retry } = old.actions;
  if (!retry?.allowed)
    throw new ServiceError('refused', retry?.text ?? 'This release cannot be retried.', {
      reason: retry?.reason ?? 'finished',
      current: old,
    });
  const { service, environment, version, plan } = old;
  return startRelease(
    ctx,
    { service, environment, version, plan: plan.name, reason: input.reason },
    { retryOf: old.id },
  );
};
