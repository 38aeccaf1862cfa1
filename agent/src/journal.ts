import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory, writeFileDurably } from './durable-file.ts';
import {
  compacted,
  fold,
  type JournalRecord,
  type JournalState,
  type NewRecord,
  recordSchema,
  type TargetState,
} from './journal-records.ts';

/** The journal cannot be read or written; no router is touched without it. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** Above this the file is rewritten with the newest state only. */
const COMPACT_BYTES = 1_048_576;

/**
 * The agent's memory on disk: append-only, one JSON record a line, fsynced before `append` returns. What was
 * cut short by a crash is the last line and is dropped; damage anywhere else stops the agent.
 */
export class Journal {
  readonly path: string;
  readonly #compactBytes: number;
  #state: JournalState = emptyState();
  #file = -1;
  #bytes = 0;
  /** Size after the last rewrite, so that many targets do not make every append rewrite the file. */
  #smallest = 0;

  /** Opens or creates `journal.jsonl` in the state directory. Throws `JournalError`. */
  constructor(stateDir: string, compactBytes = COMPACT_BYTES) {
    this.path = join(stateDir, 'journal.jsonl');
    this.#compactBytes = compactBytes;
    this.#open();
  }

  get journalId(): string {
    return this.#state.journalId;
  }

  /** The number of the newest record. */
  get seq(): number {
    return this.#state.seq;
  }

  /** The highest term any control plane has shown. */
  get term(): number {
    return this.#state.term;
  }

  /** What is held for a target; null before its first wish. */
  target(id: string): Readonly<TargetState> | null {
    return this.#state.targets.get(id) ?? null;
  }

  /** The targets with a wish. */
  targetIds(): string[] {
    return [...this.#state.targets.keys()];
  }

  /** The highest generation on disk at this moment: read again when the file is not as this process left it. */
  generationOnDisk(target: string): number | null {
    const disk = statSync(this.path, { throwIfNoEntry: false });
    const own = fstatSync(this.#file);
    if (disk === undefined) throw new JournalError(`${this.path} was removed while the agent runs`);
    if (disk.ino !== own.ino || disk.size !== this.#bytes) this.#open();
    return this.#state.targets.get(target)?.wish.generation ?? null;
  }

  /** Appends in one write and one fsync; all of it is on disk when this returns. Gives the last seq. */
  append(...records: NewRecord[]): number {
    let seq = this.#state.seq;
    const numbered: JournalRecord[] = records.map((record) => {
      seq += 1;
      return { ...record, seq };
    });
    this.#write(numbered.map((record) => `${JSON.stringify(record)}\n`).join(''));
    for (const record of numbered) fold(this.#state, record);
    if (this.#bytes > Math.max(this.#compactBytes, 2 * this.#smallest)) this.#compact();
    return seq;
  }

  close(): void {
    if (this.#file !== -1) closeSync(this.#file);
    this.#file = -1;
  }

  #write(text: string): void {
    try {
      const bytes = Buffer.from(text);
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      fsyncSync(this.#file);
      this.#bytes += bytes.length;
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes);
      const reason = error instanceof Error ? error.message : String(error);
      throw new JournalError(`cannot write ${this.path}: ${reason}`);
    }
  }

  #open(): void {
    this.close();
    this.#file = openSync(this.path, 'a', 0o600);
    const text = readFileSync(this.path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    this.#bytes = Buffer.byteLength(whole);
    if (whole.length < text.length) ftruncateSync(this.#file, this.#bytes);
    this.#state = emptyState();
    for (const [index, line] of whole.split('\n').entries()) {
      if (line !== '') fold(this.#state, this.#parse(line, index + 1));
    }
    if (this.#state.seq === 0) this.#begin();
  }

  #begin(): void {
    const head: JournalRecord = { kind: 'head', seq: 1, journalId: randomUUID(), term: 0 };
    this.#write(`${JSON.stringify(head)}\n`);
    fold(this.#state, head);
    syncDirectory(dirname(this.path));
  }

  #compact(): void {
    const text = compacted(this.#state)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('');
    writeFileDurably(this.path, text);
    this.close();
    this.#file = openSync(this.path, 'a', 0o600);
    this.#bytes = Buffer.byteLength(text);
    this.#smallest = this.#bytes;
  }

  #parse(line: string, number: number): JournalRecord {
    try {
      return recordSchema.parse(JSON.parse(line));
    } catch {
      throw new JournalError(
        `${this.path} is damaged at line ${number}: move the file away to start anew, the control plane then sends its newest wishes`,
      );
    }
  }
}

function emptyState(): JournalState {
  return { journalId: '', seq: 0, term: 0, targets: new Map() };
}
