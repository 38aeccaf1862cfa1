import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Allow } from './allow.ts';
import type { Driver } from './drivers/driver.ts';
import { writeFileDurably } from './durable-file.ts';
import type { Journal } from './journal.ts';
import { type Log, textOf } from './log.ts';
import { openTarget } from './open-target.ts';
import type { Parts } from './parts.ts';
import { type TargetConfig, targetConfigSchema } from './protocol.ts';
import type { Report } from './report.ts';
import type { SampleRow } from './sample-rows.ts';
import { Sampler } from './sampler.ts';
import { TargetRunner } from './target-runner.ts';
import type { Timing } from './timing.ts';

export type TargetsOptions = {
  stateDir: string;
  allow: Allow;
  parts: Parts;
  journal: Journal;
  timing: Timing;
  log: Log;
  mayAct: () => boolean;
  onReport: (report: Report) => void;
  onChange: (target: string) => void;
  onRows: (rows: SampleRow[]) => void;
};

/** A target at work, or the words that say why it is not. */
export type Opened = { runner: TargetRunner; sampler: Sampler; driver: Driver } | { problem: string };

type Slot = { document: string; router: string; opened: Opened | null; opening: Promise<Opened> };

/** The targets this agent serves: opened from their documents, kept on disk for a start without the server. */
export class Targets {
  readonly #o: TargetsOptions;
  readonly #slots = new Map<string, Slot>();

  constructor(options: TargetsOptions) {
    this.#o = options;
  }

  get ids(): string[] {
    return [...this.#slots.keys()];
  }

  /** The targets that are open now, with problem texts for those that could not be. */
  entries(): [string, Opened][] {
    return [...this.#slots].flatMap(([id, slot]) => (slot.opened === null ? [] : [[id, slot.opened]]));
  }

  runners(): TargetRunner[] {
    return this.entries().flatMap(([, opened]) => ('runner' in opened ? [opened.runner] : []));
  }

  /** Opens what was served before the last stop. */
  loadFromDisk(): void {
    const text = readIfThere(this.#path);
    if (text === null) return;
    const parsed = keptSchema.safeParse(text);
    if (parsed.success) this.#apply(parsed.data);
    else this.#o.log.warn('cannot read the kept targets, waiting for the server', { path: this.#path });
  }

  /** The server's newest documents: opens new ones, reopens changed ones, closes the rest. */
  set(configs: readonly TargetConfig[]): void {
    if (this.#apply(configs)) writeFileDurably(this.#path, `${JSON.stringify(configs)}\n`);
  }

  /** Hands over the target as soon as it is open; at once, without a turn of the loop, when it is. */
  async with<T>(id: string, use: (opened: Opened) => T): Promise<Awaited<T>> {
    const slot = this.#slots.get(id);
    if (slot === undefined) return await use({ problem: 'this agent serves no such target' });
    return await use(slot.opened ?? (await slot.opening));
  }

  /** The driver that runs exactly this router section now, if there is one. */
  driverOf({ id, router }: TargetConfig): Driver | null {
    const slot = this.#slots.get(id);
    const opened = slot?.opened ?? null;
    if (opened === null || !('driver' in opened)) return null;
    return slot?.router === JSON.stringify(router) ? opened.driver : null;
  }

  async close(): Promise<void> {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    await Promise.all(slots.map(closeSlot));
  }

  get #path(): string {
    return join(this.#o.stateDir, 'targets.json');
  }

  #apply(configs: readonly TargetConfig[]): boolean {
    const wanted = new Map(configs.map((config) => [config.id, config]));
    let changed = false;
    for (const [id, slot] of this.#slots) {
      if (wanted.has(id)) continue;
      this.#slots.delete(id);
      void closeSlot(slot);
      changed = true;
    }
    for (const [id, config] of wanted) {
      const document = JSON.stringify(config);
      const before = this.#slots.get(id);
      if (before?.document === document) continue;
      this.#slots.set(id, this.#slot(config, document, before));
      changed = true;
    }
    return changed;
  }

  #slot(config: TargetConfig, document: string, before: Slot | undefined): Slot {
    const router = JSON.stringify(config.router);
    if (before === undefined) {
      const opened = this.#open(config);
      return { document, router, opened, opening: Promise.resolve(opened) };
    }
    // The old drivers may hold a port the new ones need.
    const opening = closeSlot(before).then(() => this.#open(config));
    const slot: Slot = { document, router, opened: null, opening };
    void opening.then(async (opened) => {
      if (this.#slots.get(config.id) === slot) slot.opened = opened;
    });
    return slot;
  }

  #open(config: TargetConfig): Opened {
    const { allow, parts, journal, timing, mayAct, onReport, onChange, onRows } = this.#o;
    const log = this.#o.log.with({ target: config.id, service: config.service });
    try {
      const { driver, source, workload } = openTarget(config, allow, parts);
      const runner = new TargetRunner({
        target: config.id,
        parts: { driver, workload },
        journal,
        mayAct,
        timing,
        log,
        onReport,
        onChange,
      });
      const sampler = new Sampler({
        target: config.id,
        source,
        log,
        onRows,
        canaryExpected: () => runner.exposes,
        shareOver: (from, until, signal) => runner.shareOver(from, until, signal),
      });
      runner.start();
      sampler.start();
      return { runner, sampler, driver };
    } catch (error) {
      const problem = textOf(error);
      log.error('refused the target document', { reason: problem });
      return { problem };
    }
  }
}

const keptSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(targetConfigSchema));

async function closeSlot(slot: Slot): Promise<void> {
  const opened = slot.opened ?? (await slot.opening);
  if ('runner' in opened) await Promise.allSettled([opened.runner.close(), opened.sampler.close()]);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
