import type { Database } from '../data/database.ts';
import { logger } from '../log.ts';
import { readDueRepositories } from '../services/repository/read.ts';

const EVERY_MS = 60_000;
const log = logger('reading');

/** Reads the repositories that are due: looks once a minute, one reading at a time; replicas share the work by claims. */
export const startReading = (db: Database): { stop: () => Promise<void> } => {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const stopping = new AbortController();
  const look = (): void => {
    if (busy) return;
    busy = true;
    running = readDueRepositories(db, stopping.signal)
      .catch((error: unknown) => log.error({ err: error }, 'reading repositories failed; it is tried again'))
      .finally(() => {
        busy = false;
      });
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
};
