import { freezeFinished, freezeRunning } from '../data/chart/freeze.ts';
import type { Database } from '../data/database.ts';
import { dropOldPayloads } from '../data/delivery/incident-sources.ts';
import { settleRollups } from '../data/dora/settle.ts';
import { dropOldPartitions, ensurePartitions, firstKeptDay } from '../data/sample-partitions.ts';
import { logger } from '../log.ts';

/** Long enough to ask a vendor about a message. */
const PAYLOAD_DAYS_KEPT = 90;
const DAYS_EVERY_MS = 60 * 60_000;
const FREEZE_EVERY_MS = 60_000;
/** Who asks for delivery metrics applies what is pending first; this is for those who only read what is stored. */
const SETTLE_EVERY_MS = 2_000;
const log = logger('maintenance');

/**
 * Now, and from then on: every minute the measurements of releases that are over are frozen, every hour the sample
 * partitions of the coming days are made and those that are too old dropped, after what releases need was kept.
 */
export const startMaintenance = async (
  db: Database,
  retentionDays: number,
): Promise<{ stop: () => Promise<void> }> => {
  let running: Promise<void> = Promise.resolve();
  let stopping = false;
  const queue = (what: string, work: () => Promise<void>): void => {
    running = running.then(async () => {
      if (stopping) return;
      await work().catch((error: unknown) => log.error({ err: error }, `${what} failed; it is tried again`));
    });
  };
  await maintain(db, retentionDays, Date.now());
  const timers = [
    setInterval(() => queue('maintenance', () => maintain(db, retentionDays, Date.now())), DAYS_EVERY_MS),
    setInterval(
      () => queue('freezing', async () => void (await freezeFinished(db.pool, Date.now()))),
      FREEZE_EVERY_MS,
    ),
    setInterval(
      () => queue('delivery metrics', async () => void (await settleRollups(db.pool))),
      SETTLE_EVERY_MS,
    ),
  ];
  return {
    stop: async () => {
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
};

/** One round. Nothing is dropped when freezing fails. */
export const maintain = async (db: Database, retentionDays: number, now: number): Promise<void> => {
  await dropOldPayloads(db.pool, PAYLOAD_DAYS_KEPT);
  await ensurePartitions(db.pool, now);
  const frozen = await freezeFinished(db.pool, now);
  if (frozen > 0) log.info({ releases: frozen }, 'kept the measurements of finished releases');
  await freezeRunning(db.pool, firstKeptDay(retentionDays, now), now);
  const dropped = await dropOldPartitions(db.pool, retentionDays, now);
  if (dropped.length > 0) log.info({ dropped }, 'dropped samples that were too old');
};
