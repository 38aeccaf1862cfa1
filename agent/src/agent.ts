import { randomUUID } from 'node:crypto';
import type { Allow } from './allow.ts';
import { checkTarget } from './check-target.ts';
import { afterSilence, Contact } from './contact.ts';
import { Heartbeat } from './heartbeat.ts';
import type { EnrolledIdentity } from './identity.ts';
import { Journal } from './journal.ts';
import { Link, type LinkHandlers } from './link.ts';
import { type Lock, takeLock } from './lock.ts';
import { type Log, textOf } from './log.ts';
import { OutgoingReports } from './outgoing-reports.ts';
import type { Parts } from './parts.ts';
import { type Desired, desiredSchema, type Messages, SAMPLE_DETAILS } from './protocol.ts';
import { type Report, shorten } from './report.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { SampleSender } from './sample-sender.ts';
import { WENT_TO_BASELINE } from './target-runner.ts';
import { Targets } from './targets.ts';
import type { Timing } from './timing.ts';

export type AgentOptions = {
  server: string;
  stateDir: string;
  identity: EnrolledIdentity;
  allow: Allow;
  parts: Parts;
  version: string;
  timing: Timing;
  log: Log;
};

const ASK_TIMEOUT_MS = 15_000;
const CONTACT_TICK_MS = 1_000;

/**
 * One agent process: takes the lock, goes on with the wishes on disk, and follows the control plane whenever
 * it can be reached. Without it nothing rises: the share holds, or falls when the wish's policy says so.
 */
export class Agent {
  readonly #o: AgentOptions;
  readonly #lock: Lock;
  readonly #journal: Journal;
  readonly #contact = new Contact();
  readonly #link: Link;
  readonly #targets: Targets;
  readonly #reports: OutgoingReports;
  readonly #buffer = new SampleBuffer(randomUUID());
  readonly #samples: SampleSender;
  readonly #heartbeat: Heartbeat;
  readonly #holding = new Set<string>();
  #contactTimer: NodeJS.Timeout | null = null;
  #supersededBy: number | null = null;

  /** Starts an agent. Throws `LockHeldError` when this identity already runs here, `JournalError` for a damaged journal. */
  static async start(options: AgentOptions): Promise<Agent> {
    const lock = await takeLock(options.identity.enrolled.agentId, options.stateDir);
    try {
      return new Agent(options, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private constructor(options: AgentOptions, lock: Lock) {
    this.#o = options;
    this.#lock = lock;
    const { log, timing, stateDir, allow, parts } = options;
    this.#journal = new Journal(stateDir);
    this.#link = new Link({
      ...options,
      bootId: randomUUID(),
      capabilities: ['haproxy', 'embedded', 'prometheus', 'scrape', 'shell', 'contact-loss:baseline'],
      handlers: this.#handlers(),
    });
    this.#reports = new OutgoingReports(this.#link, timing);
    this.#samples = new SampleSender(this.#buffer, this.#link, log);
    this.#targets = new Targets({
      stateDir,
      allow,
      parts,
      journal: this.#journal,
      timing,
      log,
      mayAct: () => this.#supersededBy === null,
      onReport: (report) => this.#report(report),
      onChange: (target) => this.#heartbeat.tell([target]),
      onRows: (rows) => {
        this.#buffer.add(rows);
        this.#samples.pump();
      },
    });
    this.#heartbeat = new Heartbeat(this.#targets, this.#link, timing);
    this.#targets.loadFromDisk();
    this.#heartbeat.start();
    this.#contactTimer = setInterval(() => this.#watchContact(), CONTACT_TICK_MS);
    this.#link.start();
  }

  /** Leaves the traffic as it is, ends the session, frees the lock. */
  async stop(): Promise<void> {
    if (this.#contactTimer !== null) clearInterval(this.#contactTimer);
    this.#heartbeat.stop();
    this.#samples.stop();
    this.#reports.stop();
    this.#link.stop();
    await this.#targets.close();
    this.#journal.close();
    await this.#lock.release();
  }

  #handlers(): LinkHandlers {
    const { log } = this.#o;
    return {
      admit: (welcome) => this.#admit(welcome),
      welcome: (welcome) => this.#welcome(welcome),
      targets: ({ targets }) => this.#targets.set(targets),
      desired: (wish) => this.#desired(wish),
      lease: ({ leaseTick }) => {
        if (this.#contact.renew(leaseTick)) this.#holding.clear();
      },
      ask: (question) => void this.#answer(question),
      superseded: (epoch) => {
        this.#supersededBy = epoch;
        log.error('another process with this identity has taken over: this one writes nothing', { epoch });
      },
      revoked: (reason) =>
        log.error('the server revoked this agent: enrol it again with a new token', { reason }),
      lost: () => undefined,
    };
  }

  #admit({ term, cluster }: Messages['welcome']): string | null {
    const known = this.#journal.term;
    if (term < known)
      return `the server shows term ${term}, this agent has seen ${known}: it was restored from an old backup`;
    const own = this.#o.identity.enrolled.cluster;
    return cluster === own
      ? null
      : `the server takes this agent for cluster ${cluster}, it was enrolled for ${own}`;
  }

  #welcome({ term, targets, limits, accepts }: Messages['welcome']): void {
    if (term > this.#journal.term) {
      this.#journal.append({ kind: 'term', term });
      this.#contact.forgetTick();
    }
    this.#supersededBy = null;
    this.#targets.set(targets);
    this.#link.send('hello', {
      journalId: this.#journal.journalId,
      seq: this.#journal.seq,
      targets: this.#targets.ids.map((id) => this.#standing(id)),
    });
    this.#reports.sendAll();
    this.#heartbeat.tell(this.#targets.ids);
    this.#buffer.limit(limits.batchRowsMax, limits.frameBytesMax);
    this.#samples.begin(limits.credits, accepts.includes(SAMPLE_DETAILS));
    for (const runner of this.#targets.runners()) runner.resume();
  }

  #standing(id: string): Messages['hello']['targets'][number] {
    const held = this.#journal.target(id);
    return {
      target: id,
      generation: held?.applied?.generation ?? 0,
      basisPoints: held?.applied?.basisPoints ?? null,
    };
  }

  #desired(wish: Desired): void {
    const unknown = wish.critical.filter((field) => !(field in desiredSchema.shape));
    const refuse = (reason: string) => this.#refuse(wish, reason);
    if (unknown.length > 0) {
      refuse(`unknown-critical: ${unknown.join(', ')}`);
      return;
    }
    void this.#targets
      .with(wish.target, (opened) =>
        'runner' in opened ? opened.runner.accept(wish) : refuse(opened.problem),
      )
      .catch((error: unknown) => refuse(textOf(error)));
  }

  #refuse({ target, generation }: Desired, text: string): void {
    const reason = shorten(text);
    this.#o.log.warn('refused a wish', { target, generation, reason });
    this.#report({ target, generation, outcome: 'refused', reason, seenBasisPoints: null });
  }

  #report(report: Report): void {
    this.#reports.add(report, this.#journal.seq);
  }

  async #answer({ kind, requestId, target, config }: Messages['ask']): Promise<void> {
    const { allow, parts } = this.#o;
    const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
    let result = { ok: false, detail: 'checkTarget needs the target document in config' };
    if (kind === 'observeNow') {
      const seen = await this.#heartbeat.observeNow(target);
      result = { ok: seen.problem === null, detail: seen.problem ?? 'observed' };
    } else if (config !== undefined) {
      result = await checkTarget(config, allow, parts, this.#targets.driverOf(config), signal);
    }
    this.#link.send('answer', { requestId, ok: result.ok, detail: shorten(result.detail, 2_000) });
  }

  #watchContact(): void {
    const silentSeconds = this.#contact.silentSeconds();
    for (const [id, opened] of this.#targets.entries()) {
      if (!('runner' in opened)) continue;
      const policy = opened.runner.contactLoss;
      if (policy === null) continue;
      const action = afterSilence(policy, silentSeconds);
      if (action === 'baseline') this.#revert(id, () => opened.runner.revert(WENT_TO_BASELINE));
      else if (action === 'hold' && !this.#holding.has(id)) {
        this.#holding.add(id);
        this.#o.log.warn('contact lost, holding the share', {
          target: id,
          silentSeconds,
          policy: policy.then,
        });
      }
    }
  }

  #revert(target: string, revert: () => void): void {
    try {
      revert();
    } catch (error) {
      this.#o.log.error('could not go to the baseline', { target, reason: textOf(error) });
    }
  }
}
