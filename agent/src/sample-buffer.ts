import type { Body } from './link.ts';
import { halved, type SampleRow } from './sample-rows.ts';

export type SampleMessage = Body<'samples'>;

export type BufferLimits = { rowsMax: number; batchRowsMax: number; frameBytesMax: number };

/** About a day of one target at five seconds, two tracks. */
export const BUFFER_LIMITS: BufferLimits = { rowsMax: 40_000, batchRowsMax: 500, frameBytesMax: 48_000 };

const DAY_MS = 86_400_000;

/**
 * Samples that wait for the control plane, oldest first, bounded: when full, the older half loses resolution,
 * and what is older still is dropped and counted.
 */
export class SampleBuffer {
  readonly #journalId: string;
  #limits: BufferLimits;
  #rows: SampleRow[] = [];
  #seq = 0;
  /** Rows that were lost for want of room since the start. */
  droppedRows = 0;

  /** `journalId` is new with each process, since the buffer does not outlive it. */
  constructor(journalId: string, limits: BufferLimits = BUFFER_LIMITS) {
    this.#journalId = journalId;
    this.#limits = limits;
  }

  get size(): number {
    return this.#rows.length;
  }

  /** The server's limits of this session; never above the agent's own. */
  limit(batchRowsMax: number, frameBytesMax: number): void {
    this.#limits = {
      ...this.#limits,
      batchRowsMax: Math.max(1, Math.min(BUFFER_LIMITS.batchRowsMax, batchRowsMax)),
      frameBytesMax: Math.max(2_000, Math.min(BUFFER_LIMITS.frameBytesMax, frameBytesMax * 0.75)),
    };
  }

  add(rows: readonly SampleRow[]): void {
    this.#rows.push(...rows);
    if (this.#rows.length <= this.#limits.rowsMax) return;
    const middle = Math.floor(this.#rows.length / 2);
    this.#rows = [...halved(this.#rows.slice(0, middle)), ...this.#rows.slice(middle)];
    const over = this.#rows.length - this.#limits.rowsMax;
    if (over > 0) {
      this.droppedRows += over;
      this.#rows.splice(0, over);
    }
  }

  /** Takes the oldest rows that fit one message; null when nothing waits. */
  take(): SampleMessage | null {
    const first = this.#rows[0];
    if (first === undefined) return null;
    const batch: SampleRow[] = [];
    let bytes = first.layoutKey.length + 300;
    for (const row of this.#rows) {
      const fits = row.target === first.target && row.layoutKey === first.layoutKey;
      bytes += rowBytes(row);
      if (batch.length > 0 && (!fits || row.at < first.at || row.at - first.at > DAY_MS)) break;
      if (batch.length > 0 && bytes > this.#limits.frameBytesMax) break;
      if (batch.length >= this.#limits.batchRowsMax) break;
      batch.push(row);
    }
    this.#rows.splice(0, batch.length);
    this.#seq += 1;
    return this.#message(first, batch);
  }

  #message(first: SampleRow, rows: SampleRow[]): SampleMessage {
    return {
      journalId: this.#journalId,
      seq: this.#seq,
      target: first.target,
      from: first.at,
      layout: first.layout,
      rows: {
        at: rows.map((row) => row.at - first.at),
        seconds: rows.map((row) => row.seconds),
        track: rows.map((row) => row.track),
        requests: rows.map((row) => row.requests),
        errors: rows.map((row) => row.errors),
        latency: rows.map((row) => row.latency),
        counts: rows.map((row) => row.counts),
        ...(rows.some((row) => row.assigned !== null) ? { assigned: rows.map((row) => row.assigned) } : {}),
        ...(rows.some((row) => row.details !== null) ? { details: rows.map((row) => row.details) } : {}),
      },
    };
  }
}

/** Close to the row's size as JSON; digits of a count are taken as six. */
function rowBytes(row: SampleRow): number {
  const details = row.details === null ? 0 : Buffer.byteLength(JSON.stringify(row.details));
  return 66 + 7 * (row.latency.length + row.counts.length) + details;
}
