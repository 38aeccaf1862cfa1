import { z } from 'zod';
import type { DoraSettings } from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';

const rowSchema = z.tuple([
  z.object({
    timezone: z.string(),
    linkWindowHours: z.number(),
    severities: z.array(z.number()),
    firstDeploymentIsBaseline: z.boolean(),
  }),
]);

/** What the organisation chose, or the defaults. */
export const readDoraSettings = async (client: Queryable): Promise<DoraSettings> => {
  const { rows } = await client.query(
    `SELECT timezone, link_window_hours AS "linkWindowHours", severities,
       first_deployment_is_baseline AS "firstDeploymentIsBaseline"
     FROM dora_settings WHERE id = 1`,
  );
  return rowSchema.parse(rows)[0];
};

/** Every rollup follows from these, and is made anew with them at the next reading. */
export const storeDoraSettings = async (client: Queryable, settings: DoraSettings): Promise<void> => {
  await client.query(
    `UPDATE dora_settings SET timezone = $1, link_window_hours = $2, severities = $3,
       first_deployment_is_baseline = $4, updated_at = now() WHERE id = 1`,
    [settings.timezone, settings.linkWindowHours, settings.severities, settings.firstDeploymentIsBaseline],
  );
};
