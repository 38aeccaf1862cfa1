import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceReading } from './metrics/source.ts';
import { messages } from './protocol.ts';
import { SampleBuffer, type SampleMessage } from './sample-buffer.ts';
import { rowsOf } from './sample-rows.ts';
import { TARGET } from './testing/wish.ts';

const JOURNAL = '2f1d6c1e-7a34-4c55-9f0b-0a9c1c3b5e11';

function reading(at: number, requests = 10, seconds = 5): SourceReading {
  const counts = { requests, errors: 1, latency: [requests - 1, 1, 0], counts: { orders: 2 } };
  const tracks = { canary: counts, baseline: counts };
  return { at, seconds, tracks, edges: [0.1, 0.5], queries: { requests: 'requests_total' }, problem: null };
}

function drain(buffer: SampleBuffer): SampleMessage[] {
  const all: SampleMessage[] = [];
  for (let one = buffer.take(); one !== null; one = buffer.take()) all.push(one);
  return all;
}

const sum = (sent: readonly SampleMessage[], of: (message: SampleMessage) => readonly number[]) =>
  sent.flatMap(of).reduce((total, one) => total + one, 0);

describe('the sample buffer', () => {
  it('packs rows of one target and layout into messages that the protocol takes, within the limits', () => {
    const buffer = new SampleBuffer(JOURNAL, { rowsMax: 10_000, batchRowsMax: 100, frameBytesMax: 48_000 });
    for (let at = 0; at < 150; at += 1) buffer.add(rowsOf(TARGET, reading(at * 5_000)));
    const sent = drain(buffer);
    expect(sent.map((one) => one.rows.at.length)).toEqual([100, 100, 100]);
    expect(sent.map((one) => one.seq)).toEqual([1, 2, 3]);
    for (const one of sent) expect(messages.samples.safeParse({ v: 1, epoch: 1, ...one }).success).toBe(true);
  });

  it('adds up details where it loses resolution, and knows no share where it changed between two halves', () => {
    const buffer = new SampleBuffer(JOURNAL, { rowsMax: 4, batchRowsMax: 500, frameBytesMax: 48_000 });
    const details = { routes: { '/cart': { requests: 10, errors: 1 } }, youngestSeconds: 9 };
    const one = { requests: 10, errors: 1, latency: [], counts: {}, details };
    for (const [index, share] of [500, 2_500, 2_500, 2_500, 2_500, 2_500].entries())
      buffer.add(rowsOf(TARGET, { ...reading(index * 5_000), edges: [], tracks: { canary: one } }, share));
    const rows = drain(buffer).map((sent) => sent.rows);
    const all = rows.flatMap(({ details }) => details ?? []);
    expect(all.reduce((total, each) => total + (each?.routes?.['/cart']?.requests ?? 0), 0)).toBe(60);
    expect(all.map((each) => each?.youngestSeconds)).toEqual(all.map(() => 9));
    const seconds = rows.flatMap((row) => row.seconds);
    const shares = rows.flatMap(({ assigned }) => assigned ?? []);
    expect(seconds.reduce((a, b) => a + b)).toBe(30);
    expect(new Set(shares)).toEqual(new Set([null, 2_500]));
  });

  it('stays below the frame limit with details', () => {
    const buffer = new SampleBuffer(JOURNAL);
    buffer.limit(500, 16_000);
    const routes = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`/${index}`.padEnd(80, 'ä'), { requests: 0, errors: 0 }]),
    );
    const one = { requests: 10, errors: 1, latency: [], counts: {}, details: { routes } };
    for (let at = 0; at < 50; at += 1)
      buffer.add(rowsOf(TARGET, { ...reading(at * 5_000), edges: [], tracks: { canary: one } }, 500));
    const sent = drain(buffer);
    expect(sum(sent, (each) => each.rows.requests)).toBe(500);
    for (const each of sent) expect(Buffer.byteLength(JSON.stringify(each))).toBeLessThan(16_000);
  });

  it('stays below the frame limit with wide histograms', () => {
    const buffer = new SampleBuffer(JOURNAL);
    buffer.limit(500, 16_000);
    const wide = { ...reading(0), edges: Array.from({ length: 200 }, (_, i) => i + 1) };
    const latency = Array.from({ length: 201 }, () => 123_456);
    const counts = { requests: 10, errors: 1, latency, counts: {} };
    for (let at = 0; at < 50; at += 1)
      buffer.add(rowsOf(TARGET, { ...wide, at, tracks: { canary: counts } }));
    const sent = drain(buffer);
    expect(sum(sent, (one) => one.rows.requests)).toBe(500);
    for (const one of sent) expect(JSON.stringify(one).length).toBeLessThan(16_000);
  });

  it('loses resolution before it loses counts, and counts what it drops', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (readings) => {
        const buffer = new SampleBuffer(JOURNAL, { rowsMax: 40, batchRowsMax: 500, frameBytesMax: 48_000 });
        for (let at = 1; at <= readings; at += 1) buffer.add(rowsOf(TARGET, reading(at * 5_000)));
        expect(buffer.size).toBeLessThanOrEqual(40);
        const kept = sum(drain(buffer), (one) => one.rows.requests);
        if (buffer.droppedRows === 0) expect(kept).toBe(readings * 2 * 10);
        else expect(kept).toBeLessThan(readings * 2 * 10);
      }),
    );
  });

  it('never paints over a gap when it merges', () => {
    const buffer = new SampleBuffer(JOURNAL, { rowsMax: 4, batchRowsMax: 500, frameBytesMax: 48_000 });
    for (const at of [5_000, 60_000, 120_000]) buffer.add(rowsOf(TARGET, reading(at)));
    expect(new Set(drain(buffer).flatMap((one) => one.rows.seconds))).toEqual(new Set([5]));
    expect(buffer.droppedRows).toBe(2);
  });

  it('takes a track without a reading, or with impossible counts, as silence and not as zero', () => {
    expect(rowsOf(TARGET, { ...reading(5_000), tracks: {} })).toEqual([]);
    expect(rowsOf(TARGET, reading(5_000, Number.NaN))).toEqual([]);
    expect(rowsOf(TARGET, reading(5_000, -3))).toEqual([]);
    expect(rowsOf(TARGET, reading(5_000, 10, 0))).toEqual([]);
  });
});
