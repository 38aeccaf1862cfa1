/** What a question about delivery is about: the window in the organisation's calendar, and the service. */
import { deploymentEnds, isKnownService } from '../../data/dora/ends.ts';
import { readDoraSettings } from '../../data/dora/settings.ts';
import { settleRollups } from '../../data/dora/settle.ts';
import { windowOf } from '../../domain/dora/answer.ts';
import type { Window } from '../../domain/dora/local-days.ts';
import type { DoraSettings } from '../../domain/dora/types.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

export type Question = {
  from?: string | undefined;
  to?: string | undefined;
  timezone?: string | undefined;
  service?: string | undefined;
};
export type Scope = {
  settings: DoraSettings;
  window: Window;
  services: readonly string[] | undefined;
};

/** Rollups know everything that was committed before this returns. Throws `not-found` and `invalid` in words. */
export const scopeOf = async (ctx: Context, asked: Question): Promise<Scope> => {
  const { pool } = ctx.db;
  await settleRollups(pool);
  const stored = await readDoraSettings(pool);
  const settings = { ...stored, timezone: asked.timezone ?? stored.timezone };
  const services = asked.service === undefined ? undefined : [asked.service];
  if (asked.service !== undefined && !(await isKnownService(pool, asked.service)))
    throw new ServiceError(
      'not-found',
      `There is no service ${asked.service}, here or in what was imported.`,
    );
  const ends = await deploymentEnds(pool, services);
  return { settings, services, window: windowIn(asked, settings.timezone, ends, ctx.now()) };
};

const windowIn = (...args: Parameters<typeof windowOf>): Window => {
  try {
    return windowOf(...args);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ServiceError('invalid', error.message, {
      errors: [{ path: 'from', message: error.message }],
    });
  }
};
