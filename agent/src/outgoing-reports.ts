import { type Body, refusal } from './link.ts';
import type { Report } from './report.ts';
import { doubling, type Timing } from './timing.ts';

export type ReportLink = { open: boolean; request(name: 'applied', body: Body<'applied'>): Promise<unknown> };

type Pending = { report: Report; seq: number; at: number; attempt: number; timer: NodeJS.Timeout | null };

/** Reports per target that are kept for a control plane that does not answer; older ones give way. */
const KEPT_PER_TARGET = 20;

/**
 * `applied` messages until the control plane has acknowledged them: sent again at 2, 4, 8 ... 30 s and after a
 * reconnect. A newer report of the same generation replaces one that was not taken yet.
 */
export class OutgoingReports {
  readonly #link: ReportLink;
  readonly #timing: Timing;
  readonly #pending = new Map<string, Pending[]>();

  constructor(link: ReportLink, timing: Timing) {
    this.#link = link;
    this.#timing = timing;
  }

  /** `seq` is the newest journal record the report rests on. */
  add(report: Report, seq: number): void {
    const before = this.#pending.get(report.target) ?? [];
    const [same, others] = split(before, (entry) => replaces(report, entry.report));
    for (const entry of same) stopTimer(entry);
    const entry: Pending = { report, seq, at: Date.now(), attempt: 0, timer: null };
    const kept = [...others, entry].slice(-KEPT_PER_TARGET);
    for (const dropped of others) if (!kept.includes(dropped)) stopTimer(dropped);
    this.#pending.set(report.target, kept);
    void this.#send(entry);
  }

  /** A session began: everything that is not acknowledged goes out again. */
  sendAll(): void {
    for (const entry of [...this.#pending.values()].flat()) {
      stopTimer(entry);
      entry.attempt = 0;
      void this.#send(entry);
    }
  }

  stop(): void {
    for (const entry of [...this.#pending.values()].flat()) stopTimer(entry);
    this.#pending.clear();
  }

  async #send(entry: Pending): Promise<void> {
    if (!this.#link.open) return;
    const { resendMsMin, resendMsMax } = this.#timing;
    entry.timer = setTimeout(() => void this.#send(entry), doubling(entry.attempt, resendMsMin, resendMsMax));
    entry.attempt += 1;
    const { report, seq, at } = entry;
    const answer = await this.#link.request('applied', { ...report, seq, at });
    if (answer !== null && refusal(answer) !== 'later') this.#remove(entry);
  }

  #remove(entry: Pending): void {
    stopTimer(entry);
    const { target } = entry.report;
    const rest = (this.#pending.get(target) ?? []).filter((other) => other !== entry);
    if (rest.length > 0) this.#pending.set(target, rest);
    else this.#pending.delete(target);
  }
}

function stopTimer(entry: Pending): void {
  if (entry.timer !== null) clearTimeout(entry.timer);
  entry.timer = null;
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function replaces(report: Report, before: Report): boolean {
  const late = report.outcome === 'superseded' || before.outcome === 'superseded';
  return report.generation === before.generation && (!late || report.outcome === before.outcome);
}
