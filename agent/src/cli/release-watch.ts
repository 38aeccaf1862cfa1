import { setTimeout as wait } from 'node:timers/promises';
import { UnreachableError } from './api.ts';
import { type Release, statusLine } from './release-view.ts';

const EVERY_MS = 1_000;

export type WatchOptions = { json: boolean; timeoutSeconds: number | null; everyMs?: number };

/**
 * Follows a release and prints a line whenever it changes; gives its outcome, or null when time ran out first.
 * A server that cannot be reached for a while does not end the watch.
 */
export async function watchRelease(
  read: () => Promise<Release>,
  options: WatchOptions,
): Promise<string | null> {
  const { json, timeoutSeconds, everyMs = EVERY_MS } = options;
  const deadline =
    timeoutSeconds === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutSeconds * 1_000;
  let shown = '';
  for (;;) {
    const release = await readOrNull(read);
    const line = release === null ? shown : statusLine(release);
    if (release !== null && line !== shown) console.log(json ? JSON.stringify(release) : line);
    shown = line;
    if (release?.state === 'finished') return release.outcome;
    if (performance.now() >= deadline) {
      console.error(`not finished after ${timeoutSeconds} s`);
      return null;
    }
    await wait(everyMs);
  }
}

async function readOrNull(read: () => Promise<Release>): Promise<Release | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    console.error(`${error.message} (going on)`);
    return null;
  }
}
