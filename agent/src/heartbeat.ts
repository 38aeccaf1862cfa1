import type { Body } from './link.ts';
import type { TargetRunner } from './target-runner.ts';
import type { ObservedTarget } from './target-view.ts';
import type { Opened, Targets } from './targets.ts';
import { spread, type Timing } from './timing.ts';

/** Targets in one message, so that it stays far below the frame limit even with long problem texts. */
const TARGETS_PER_MESSAGE = 25;

export type HeartbeatLink = { send(name: 'observed', body: Body<'observed'>): boolean };

/**
 * Observes every target in its turn, mends what drifted, and tells the control plane when there is a session:
 * targets in a release every two seconds, the others every ten, give or take a fifth.
 */
export class Heartbeat {
  readonly #targets: Targets;
  readonly #link: HeartbeatLink;
  readonly #timing: Timing;
  readonly #deepDueMs = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(targets: Targets, link: HeartbeatLink, timing: Timing) {
    this.#targets = targets;
    this.#link = link;
    this.#timing = timing;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      const next = () => void (this.#stopped || this.start());
      this.#beat().then(next, next);
    }, spread(this.#timing.activeHeartbeatMs));
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** What is known of these targets, without asking the routers. */
  tell(ids: readonly string[]): void {
    const entries = this.#targets.entries().filter(([id]) => ids.includes(id));
    this.#send(entries.map(([id, opened]) => viewOf(id, opened)));
  }

  /** Asks the router and the workloads of one target now, and tells. */
  async observeNow(id: string): Promise<ObservedTarget> {
    const seen = await this.#targets.with(id, (opened) => this.#observe(id, opened, true));
    this.#send([seen]);
    return seen;
  }

  async #beat(): Promise<void> {
    const now = performance.now();
    const due = this.#targets
      .entries()
      .filter(([id, opened]) => isActive(opened) || this.#isDeepDue(id, now));
    this.#send(
      await Promise.all(due.map(([id, opened]) => this.#observe(id, opened, this.#isDeepDue(id, now)))),
    );
  }

  async #observe(id: string, opened: Opened, deep: boolean): Promise<ObservedTarget> {
    if (deep) this.#deepDueMs.set(id, performance.now() + spread(this.#timing.heartbeatMs));
    if ('problem' in opened) return viewOf(id, opened);
    await opened.runner.observe(AbortSignal.timeout(this.#timing.observeTimeoutMs), deep);
    return viewOf(id, opened);
  }

  #isDeepDue(id: string, now: number): boolean {
    return now >= (this.#deepDueMs.get(id) ?? 0);
  }

  #send(targets: readonly ObservedTarget[]): void {
    for (let from = 0; from < targets.length; from += TARGETS_PER_MESSAGE) {
      const part = targets.slice(from, from + TARGETS_PER_MESSAGE);
      this.#link.send('observed', { targets: part, clock: Date.now() });
    }
  }
}

function isActive(opened: Opened): opened is { runner: TargetRunner } & Opened {
  return 'runner' in opened && opened.runner.active;
}

function viewOf(id: string, opened: Opened): ObservedTarget {
  if ('runner' in opened) return { ...opened.runner.view(), sourceProblem: opened.sampler.problem };
  return {
    target: id,
    generation: 0,
    setBasisPoints: null,
    seenBasisPoints: null,
    seenRequests: 0,
    confirmed: 'unknown',
    router: null,
    problem: opened.problem.slice(0, 500),
    sourceProblem: null,
    workloads: [],
  };
}
