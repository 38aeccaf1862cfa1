/**
 * The engine: claims releases that are due, looks at each, and gives it back. Several processes may run it on one
 * database; a claim is a lease in database time, so a process that dies or freezes only delays, never doubles.
 */
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import { claimDueReleases, hastenReleases, yieldRelease } from '../data/engine.ts';
import { startDrafter } from './drafter.ts';
import { stepRelease } from './step.ts';

export type EngineOptions = { db: Database; log: Logger; now?: () => number; sweepMs?: number };
export type Engine = {
  /** New measurements arrived for these targets: their releases are looked at now, not at the next sweep. */
  samplesArrived: (targetIds: readonly string[]) => void;
  /** Something changed; look for due releases now. */
  wake: () => void;
  /** Stops claiming and waits until what was claimed is given back. */
  stop: () => Promise<void>;
};

const LEASE_SECONDS = 10;
const CLAIMS_MAX = 20;
const SWEEP_MS = 1_000;

export const startEngine = ({ db, log, now = Date.now, sweepMs = SWEEP_MS }: EngineOptions): Engine => {
  const startedAt = now();
  const hasty = new Set<string>();
  let stopping = false;
  let again = false;
  let running: Promise<void> | null = null;

  const look = async (id: string): Promise<void> => {
    try {
      await yieldRelease(db.pool, id, await stepRelease({ db, now, startedAt }, id));
    } catch (error) {
      log.error({ release: id, err: error }, 'a look at a release failed; it is tried again');
      await yieldRelease(db.pool, id, now() + sweepMs).catch(() => undefined);
    }
  };

  const sweep = async (): Promise<void> => {
    if (hasty.size > 0) {
      const targets = [...hasty];
      hasty.clear();
      await hastenReleases(db.pool, targets);
    }
    const claimed = await claimDueReleases(db.pool, { limit: CLAIMS_MAX, leaseSeconds: LEASE_SECONDS });
    await Promise.all(claimed.map(look));
    if (claimed.length === CLAIMS_MAX) again = true;
  };

  const wake = (): void => {
    if (stopping) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = sweep()
      .catch((error: unknown) =>
        log.error({ err: error }, 'the engine could not reach the database; it tries again'),
      )
      .finally(() => {
        running = null;
        if (again || hasty.size > 0) wake();
      });
  };

  const timer = setInterval(wake, sweepMs);
  const drafter = startDrafter({ db, log, now, sweepMs });
  return {
    wake,
    samplesArrived: (targetIds) => {
      for (const id of targetIds) hasty.add(id);
      wake();
    },
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await Promise.all([running, drafter.stop()]);
    },
  };
};
