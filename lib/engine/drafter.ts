/**
 * Drafts the retrospective of every release that was stopped after it had traffic. It looks at what is missing, not at
 * what has just happened, so that a crash in between only delays; the database lets one draft of a release stand.
 */
import type { Logger } from 'pino';
import type { Database } from '../data/database.ts';
import { releasesToDraft } from '../data/retrospective-facts.ts';
import { ENGINE } from '../domain/release/gates.ts';
import { storeDraft } from '../services/retrospective/store-draft.ts';

export type DrafterOptions = { db: Database; log: Logger; now: () => number; sweepMs: number };
export type Drafter = { stop: () => Promise<void> };

/** The last measurements of a release arrive some seconds after its end; a draft is there within ten. */
const SETTLE_MS = 4_000;
/** What ended longer ago, before there were retrospectives, is left to people. */
const AGE_MS_MAX = 7 * 86_400_000;
const BATCH = 10;
/** One that fails must not keep the others waiting, nor be tried every second. */
const RETRY_MS = 60_000;

export const startDrafter = ({ db, log, now, sweepMs }: DrafterOptions): Drafter => {
  const failedUntil = new Map<string, number>();
  let running: Promise<void> | null = null;

  const draft = async (releaseId: string): Promise<void> => {
    try {
      const made = await storeDraft(db, { releaseId, actor: ENGINE, requestId: null, now: now() });
      if (made?.created) log.info({ release: releaseId, retrospective: made.id }, 'drafted a retrospective');
      failedUntil.delete(releaseId);
    } catch (error) {
      failedUntil.set(releaseId, now() + RETRY_MS);
      log.error(
        { release: releaseId, err: error },
        'a retrospective could not be drafted; it is tried again',
      );
    }
  };

  const sweep = async (): Promise<void> => {
    const span = { after: now() - AGE_MS_MAX, before: now() - SETTLE_MS };
    const waiting = await releasesToDraft(db.pool, span, BATCH + failedUntil.size);
    const ready = waiting.filter((id) => (failedUntil.get(id) ?? 0) <= now());
    for (const id of ready.slice(0, BATCH)) await draft(id);
  };

  const timer = setInterval(() => {
    running ??= sweep()
      .catch((error: unknown) => log.error({ err: error }, 'retrospectives could not be looked for'))
      .finally(() => {
        running = null;
      });
  }, sweepMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
};
