import type { Database } from '../data/database.ts';
import { dropOldPartitions, ensurePartitions } from '../data/sample-partitions.ts';
import { logger } from '../log.ts';

const EVERY_MS = 60 * 60_000;
const log = logger('maintenance');

/** Makes the sample partitions of the coming days and drops those that are too old: now, and every hour. */
export const startMaintenance = async (
  db: Database,
  retentionDays: number,
): Promise<{ stop: () => void }> => {
  const maintain = async (): Promise<void> => {
    await ensurePartitions(db.pool, Date.now());
    const dropped = await dropOldPartitions(db.pool, retentionDays, Date.now());
    if (dropped.length > 0) log.info({ dropped }, 'dropped samples that were too old');
  };
  await maintain();
  const timer = setInterval(
    () =>
      maintain().catch((error: unknown) =>
        log.error({ err: error }, 'maintenance failed; it is tried again in an hour'),
      ),
    EVERY_MS,
  );
  return { stop: () => clearInterval(timer) };
};
