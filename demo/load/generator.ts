import { type Random, seededRandom } from '../shop/random.ts';
import { createArrivals } from './arrivals.ts';
import { type Client, createClient } from './client.ts';
import { drawStep } from './journey.ts';
import { createTally, type Summary, type Tally } from './tally.ts';

export type LoadSettings = {
  urls: URL[];
  perSecond: number;
  users: number;
  secondsMax: number;
  concurrencyMax: number;
  seed: number;
};

export type Reports = {
  /** The counts of one second. */
  second(summary: Summary): void;
  /** Arrivals are being dropped; called at most every ten seconds. */
  saturated(underWay: number): void;
};

const saturationNoticeMs = 10_000;

/**
 * Sends traffic until the time is up or `signal` is aborted, and returns the counts of the whole run. On abort it
 * ends at once and what is under way counts as aborted; when the time is up it waits for the answers.
 */
export async function runLoad(
  settings: LoadSettings,
  signal: AbortSignal,
  reports: Reports,
): Promise<Summary> {
  const run = startRun(settings, reports);
  await arrive(settings, run, signal);
  if (signal.aborted) run.client.close();
  await Promise.all(run.underWay);
  run.client.close();
  return run.total.summary();
}

type Run = {
  client: Client;
  total: Tally;
  second: Tally;
  underWay: Set<Promise<void>>;
  random: Random;
  reports: Reports;
  noticeAtMs: number;
};

const clock = () => performance.now();

function startRun(settings: LoadSettings, reports: Reports): Run {
  return {
    client: createClient(settings.concurrencyMax),
    total: createTally(clock),
    second: createTally(clock),
    underWay: new Set(),
    random: seededRandom(settings.seed),
    reports,
    noticeAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Resolves when the time is up or the signal is aborted, whichever is first. */
function arrive(settings: LoadSettings, run: Run, signal: AbortSignal): Promise<void> {
  const startMs = clock();
  const endMs = startMs + settings.secondsMax * 1_000;
  const arrivals = createArrivals(settings.perSecond, startMs, seededRandom(settings.seed ^ 0x5bd1e995));
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const reporting = setInterval(() => {
      run.reports.second(run.second.summary());
      run.second.reset();
    }, 1_000);
    const end = () => {
      clearTimeout(timer);
      clearInterval(reporting);
      resolve();
    };
    const tick = () => {
      const nowMs = clock();
      const { due, missed } = arrivals.takeDue(Math.min(nowMs, endMs));
      if (missed > 0) for (const tally of [run.total, run.second]) tally.trouble('missed', missed);
      for (let index = 0; index < due; index += 1) visit(settings, run);
      if (nowMs >= endMs) return end();
      timer = setTimeout(tick, Math.max(0, Math.min(arrivals.nextAtMs(), endMs) - clock()));
    };
    signal.addEventListener('abort', end, { once: true });
    timer = setTimeout(tick, 0);
    if (signal.aborted) end();
  });
}

/** One arrival: a user, always at the same address, sends one request; dropped when too many are under way. */
function visit(settings: LoadSettings, run: Run): void {
  const user = Math.floor(run.random() * settings.users);
  const step = drawStep(run.random);
  const url = settings.urls[user % settings.urls.length];
  if (url === undefined) throw new Error('at least one address is needed');
  if (run.underWay.size >= settings.concurrencyMax) {
    drop(run);
    return;
  }
  run.total.sent();
  run.second.sent();
  const startMs = clock();
  const sending = run.client.send(url, `user-${user}`, step).then((reply) => {
    for (const tally of [run.total, run.second]) {
      if (typeof reply === 'string') tally.trouble(reply);
      else tally.answered(reply.code, reply.track, clock() - startMs);
    }
    run.underWay.delete(sending);
  });
  run.underWay.add(sending);
}

function drop(run: Run): void {
  run.total.trouble('dropped');
  run.second.trouble('dropped');
  if (clock() - run.noticeAtMs < saturationNoticeMs) return;
  run.noticeAtMs = clock();
  run.reports.saturated(run.underWay.size);
}
