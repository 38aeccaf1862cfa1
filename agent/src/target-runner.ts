import type { Driver } from './drivers/driver.ts';
import { fingerprintOf, judgeWish } from './fence.ts';
import type { Journal } from './journal.ts';
import type { TargetState } from './journal-records.ts';
import { Lane } from './lane.ts';
import { type Log, textOf } from './log.ts';
import type { Desired, Track } from './protocol.ts';
import { planSteps, type Running, type Step, serves, type Wish } from './reconcile.ts';
import { type Report, shorten } from './report.ts';
import { FencedError, TargetRouter } from './target-router.ts';
import { type ObservedTarget, observedTarget } from './target-view.ts';
import { doubling, spread, type Timing } from './timing.ts';
import type { Workload } from './workload/workload.ts';

export type RunnerParts = { driver: Driver; workload: Workload };

export type RunnerOptions = {
  target: string;
  parts: RunnerParts;
  journal: Journal;
  /** False while another agent process holds this identity: then nothing is written. */
  mayAct: () => boolean;
  timing: Timing;
  log: Log;
  onReport: (report: Report) => void;
  /** Something a page shows has changed: `observed` should go out now. */
  onChange: (target: string) => void;
};

export const WENT_TO_BASELINE = 'contact lost, went to baseline';

/**
 * Brings one target to its newest wish and keeps it there. A newer wish aborts the work on an older one; a
 * wish that only lowers exposure goes to the router before anything else, workloads come after.
 */
export class TargetRunner {
  readonly #o: RunnerOptions;
  readonly #router: TargetRouter;
  readonly #work = new Lane();
  #current = new AbortController();
  #retry: NodeJS.Timeout | null = null;
  #attempt = 0;
  #busy = 0;
  #failure: string | null = null;
  #notice: string | null = null;
  #running: Record<Track, Running> = { canary: null, baseline: null };
  /** What was brought up last, for workloads that cannot say what runs; unused once one has said something. */
  #believed: Record<Track, Running> = { canary: null, baseline: null };
  #workloadTells = false;

  constructor(options: RunnerOptions) {
    this.#o = options;
    this.#router = new TargetRouter(options.target, options.parts.driver, options.journal, options.mayAct);
  }

  /** Is a release under way, with exposure to watch closely? */
  get active(): boolean {
    return this.#held()?.wish.release != null;
  }

  /** Should a canary be there, to get traffic now or soon? */
  get exposes(): boolean {
    const held = this.#held();
    return held !== null && (held.wish.canary !== null || shareOf(held) > 0);
  }

  /** The generation that is on the router, as `hello` and `observed` report it. */
  get generation(): number {
    return this.#held()?.applied?.generation ?? 0;
  }

  /** What the dead man's switch needs: the policy while there is exposure it may take back, else null. */
  get contactLoss(): Desired['contactLoss'] | null {
    const held = this.#held();
    if (held === null || held.wish.release === null || held.reverted !== null) return null;
    return shareOf(held) > 0 ? held.wish.contactLoss : null;
  }

  /** Takes the wish from before the last stop back up, with no control plane. */
  start(): void {
    const held = this.#held();
    if (held === null) return;
    this.#log.info('applying the last wish again after a start', { generation: held.wish.generation });
    this.#drive(held, { first: 'plan' });
  }

  /** A `desired` message. The wish is on disk when this returns. */
  accept(wish: Desired): void {
    const held = this.#held();
    const incoming = { generation: wish.generation, fingerprint: fingerprintOf(wish) };
    const current = held && { generation: held.wish.generation, fingerprint: held.fingerprint };
    const answer = judgeWish(current, incoming);
    if (answer === 'superseded') {
      this.#report('superseded', wish.generation, `the agent holds generation ${held?.wish.generation}`);
      return;
    }
    if (answer === 'repeat') {
      this.#reportAgain();
      return;
    }
    const straight = this.#goesStraight(held, wish);
    const write = { generation: wish.generation, basisPoints: wish.basisPoints };
    const records = straight ? [this.#router.intent(write)] : [];
    this.#o.journal.append({ kind: 'wish', target: this.#o.target, wish }, ...records);
    this.#attempt = 0;
    const accepted = this.#held();
    if (accepted !== null) this.#drive(accepted, { first: straight ? 'router' : 'plan' });
  }

  /** Goes on with a wish that was left because another process was in charge. */
  resume(): void {
    const held = this.#held();
    const idle = this.#busy === 0 && this.#retry === null;
    if (held !== null && idle && held.applied?.generation !== held.wish.generation) {
      this.#drive(held, { first: 'plan' });
    }
  }

  /** The agent's own way back to the baseline; holds until a higher generation is wished. */
  revert(reason: string): void {
    const held = this.#held();
    if (held === null || held.reverted !== null || !this.#o.mayAct()) return;
    const { target, journal } = this.#o;
    const { generation } = held.wish;
    this.#log.warn(reason, { generation });
    const back = this.#router.intent({ generation, basisPoints: 0 });
    journal.append({ kind: 'reverted', target, generation, reason }, back);
    const reverted = this.#held();
    if (reverted !== null) this.#drive(reverted, { first: 'restore' });
  }

  /** Reads the router and, when `deep`, the workloads; mends what drifted. Never throws. */
  async observe(signal: AbortSignal, deep: boolean): Promise<ObservedTarget> {
    try {
      const reading = await this.#router.observe(signal);
      if (deep) await this.#readWorkloads(signal);
      this.#mendDrift(reading.confirmed, reading.setBasisPoints, deep);
    } catch (error) {
      this.#notice = textOf(error);
      this.#log.warn('cannot observe', { reason: this.#notice });
    }
    return this.view();
  }

  /** The newest known facts, without asking anybody. */
  view(): ObservedTarget {
    const held = this.#held();
    return observedTarget({
      target: this.#o.target,
      generation: this.generation,
      reading: this.#router.last,
      wished: held !== null,
      problem: this.#failure ?? this.#router.last?.problem ?? held?.reverted?.reason ?? this.#notice,
      running: this.#running,
    });
  }

  /**
   * The share the router was set to over all of a span that lies in the past, in basis points; null when it changed
   * within, cannot be said, or no release is under way. Never throws.
   */
  async shareOver(from: number, until: number, signal: AbortSignal): Promise<number | null> {
    if (!this.active) return null;
    return this.#router.shareOver(from, until, signal).catch(() => null);
  }

  /** Ends work and frees the drivers; the traffic stays as it is. */
  async close(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#current.abort();
    await this.#work.idle();
    await Promise.allSettled([this.#o.parts.driver.close(), this.#o.parts.workload.close()]);
  }

  get #log(): Log {
    return this.#o.log;
  }

  #held(): Readonly<TargetState> | null {
    return this.#o.journal.target(this.#o.target);
  }

  /** May this wish go to the router at once, because nothing has to be brought up before it? */
  #goesStraight(held: Readonly<TargetState> | null, wish: Desired): boolean {
    if (!this.#o.parts.workload.managed) return true;
    const applied = held?.applied;
    if (applied == null) return false;
    const now = this.#router.last?.setBasisPoints ?? applied.basisPoints;
    const gone = this.#workloadTells && this.#running.baseline === null;
    const sameBaseline = !gone && serves(asRunning(applied.baseline), wish.baseline);
    const sameCanary = wish.basisPoints === 0 || serves(asRunning(applied.canary), wish.canary);
    return wish.basisPoints <= now && sameBaseline && sameCanary;
  }

  #drive(held: Readonly<TargetState>, how: { first: 'router' | 'restore' | 'plan' }): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#current.abort();
    const controller = new AbortController();
    this.#current = controller;
    const { signal } = controller;
    this.#busy += 1;
    const straight = this.#straight(held, how.first, signal);
    // Work on an older wish may still be unwinding; only the router write does not wait for it.
    void this.#work
      .run(async () => {
        await straight;
        if (!signal.aborted) await this.#converge(held, how.first !== 'plan', signal);
      })
      .catch((error: unknown) => this.#failed(held, error, signal))
      .finally(() => {
        this.#busy -= 1;
      });
    // The failure is handled where `straight` is awaited.
    straight.catch(() => undefined);
  }

  async #straight(held: Readonly<TargetState>, first: string, signal: AbortSignal): Promise<void> {
    const { generation } = held.wish;
    if (first === 'plan') return;
    if (first === 'restore') await this.#router.restore(generation, signal);
    else await this.#router.write({ generation, basisPoints: shareOf(held) }, signal, true);
    this.#applied(held);
  }

  /** Brings workloads and router to the wish step by step. `routed`: the router is there already. */
  async #converge(held: Readonly<TargetState>, routed: boolean, signal: AbortSignal): Promise<void> {
    const { generation } = held.wish;
    const wish = wishOf(held);
    const managed = this.#o.parts.workload.managed;
    let there = routed;
    if (there && !managed) return this.#settled();
    const reading = await this.#router.observe(signal);
    if (managed) await this.#readWorkloads(signal);
    const is = { basisPoints: reading.setBasisPoints, ...this.#running };
    const steps: Step[] = [{ do: 'route', basisPoints: wish.basisPoints }];
    const plan = managed ? planSteps(wish, is) : { steps };
    if ('blocked' in plan) throw new Error(plan.blocked);
    const last = plan.steps.findLastIndex((step) => step.do === 'route');
    for (const [index, step] of plan.steps.entries()) {
      if (signal.aborted) return;
      if (there && step.do === 'route' && step.basisPoints === wish.basisPoints) continue;
      if (step.do === 'route') there = false;
      await this.#perform(step, generation, signal);
      if (index === last && !routed) this.#applied(held);
    }
    if (managed) await this.#readWorkloads(signal);
    this.#settled();
  }

  #settled(): void {
    this.#failure = null;
    this.#attempt = 0;
    this.#o.onChange(this.#o.target);
  }

  async #perform(step: Step, generation: number, signal: AbortSignal): Promise<void> {
    const { workload } = this.#o.parts;
    this.#log.info('step', { generation, ...describeStep(step) });
    if (step.do === 'route') await this.#router.write({ generation, basisPoints: step.basisPoints }, signal);
    else if (step.do === 'ensure') {
      await workload.ensure(step.track, step.artifact, signal);
      this.#believed[step.track] = { ...step.artifact, healthy: true };
    } else {
      await workload.stop(step.track, signal);
      this.#believed[step.track] = null;
    }
  }

  #applied(held: Readonly<TargetState>): void {
    const { generation, baseline, canary } = held.wish;
    const { target, journal } = this.#o;
    journal.append({ kind: 'applied', target, generation, basisPoints: shareOf(held), baseline, canary });
    this.#failure = null;
    this.#reportAgain();
    this.#o.onChange(target);
  }

  #failed(held: Readonly<TargetState>, error: unknown, signal: AbortSignal): void {
    if (signal.aborted || error instanceof FencedError) {
      this.#log.info('gave way', { generation: held.wish.generation, reason: textOf(error) });
      return;
    }
    const reason = shorten(textOf(error));
    const news = this.#failure !== reason;
    this.#failure = reason;
    if (news) {
      this.#log.warn('could not bring the target to the wish', { generation: held.wish.generation, reason });
      // A wish that is on the router stays applied; trouble that comes after shows as `problem`.
      if (this.generation !== held.wish.generation) this.#report('failed', held.wish.generation, reason);
      this.#o.onChange(this.#o.target);
    }
    this.#retryLater();
  }

  #retryLater(): void {
    const { retryMsMin, retryMsMax } = this.#o.timing;
    const delay = spread(doubling(this.#attempt, retryMsMin, retryMsMax));
    this.#attempt += 1;
    this.#retry = setTimeout(() => {
      const held = this.#held();
      if (held !== null) this.#drive(held, { first: 'plan' });
    }, delay);
  }

  #reportAgain(): void {
    const held = this.#held();
    if (held === null) return;
    const { generation } = held.wish;
    if (held.reverted !== null) this.#report('refused', generation, held.reverted.reason);
    else if (held.applied?.generation === generation) this.#report('applied', generation, null);
    else if (this.#failure !== null) this.#report('failed', generation, this.#failure);
  }

  #report(outcome: Report['outcome'], generation: number, reason: string | null): void {
    const seenBasisPoints = this.#router.last?.setBasisPoints ?? null;
    this.#o.onReport({ target: this.#o.target, generation, outcome, reason, seenBasisPoints });
  }

  async #readWorkloads(signal: AbortSignal): Promise<void> {
    const { workload } = this.#o.parts;
    if (!workload.managed) return;
    const [canary, baseline] = await Promise.all([
      workload.state('canary', signal),
      workload.state('baseline', signal),
    ]);
    this.#workloadTells ||= canary !== null || baseline !== null;
    this.#running = this.#workloadTells ? { canary, baseline } : { ...this.#believed };
  }

  #mendDrift(confirmed: string, set: number | null, deep: boolean): void {
    const held = this.#held();
    const settled = this.#busy === 0 && this.#retry === null && this.#o.mayAct();
    if (held === null || !settled || held.applied?.generation !== held.wish.generation) return;
    const wish = wishOf(held);
    const lost = deep && this.#workloadTells && !this.#runs(wish);
    if (confirmed !== 'no' && !lost) {
      if (deep) this.#notice = null;
      return;
    }
    const shown = set === null ? 'nothing' : `${set / 100} %`;
    this.#notice = lost
      ? 'brought workloads up again that had gone'
      : `re-applied after reload: the router showed ${shown}, wished are ${wish.basisPoints / 100} %`;
    this.#log.warn(this.#notice, { generation: held.wish.generation });
    this.#drive(held, { first: 'plan' });
  }

  #runs(wish: Wish): boolean {
    const canary = wish.basisPoints === 0 ? null : wish.canary;
    return serves(this.#running.baseline, wish.baseline) && serves(this.#running.canary, canary);
  }
}

/** The share to set: the wished one, or none after the agent went to the baseline by itself. */
function shareOf(held: Readonly<TargetState>): number {
  return held.reverted === null ? held.wish.basisPoints : 0;
}

function wishOf(held: Readonly<TargetState>): Wish {
  return { basisPoints: shareOf(held), baseline: held.wish.baseline, canary: held.wish.canary };
}

function asRunning(artifact: Desired['baseline']): Running {
  return artifact && { ...artifact, healthy: true };
}

function describeStep(step: Step): Record<string, string | number> {
  if (step.do === 'route') return { step: 'route', basisPoints: step.basisPoints };
  if (step.do === 'stop') return { step: 'stop', track: step.track };
  return { step: 'ensure', track: step.track, version: step.artifact.version };
}
