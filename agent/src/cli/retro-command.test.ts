import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { main } from './main.ts';

const RETROSPECTIVE = {
  id: 'retro-1',
  signedOffAt: null,
  summary: { text: 'shop 1.1.0 was rolled back at stage 1 of 2.' },
  impact: {
    people: { value: null, how: 'cannot tell: the metric source counts requests, not people' },
    failedRequests: { value: 1_234, how: 'counted' },
    secondsToRecover: { value: 0.2, how: 'recorded' },
  },
  timeline: [{ at: '2026-11-23T12:00:05.000Z', text: 'Rolled back by hand', who: { label: 'the operator' } }],
  factors: [{ text: 'no test', tags: ['testing'] }],
  actionItems: [
    { text: 'alert', type: 'detect', owner: null, dueOn: '2026-11-01', doneAt: null, overdue: true },
  ],
};

/** A server with one retrospective; gives its address and what it was asked. */
const serve = async () => {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const markdown = request.url?.endsWith('format=md');
    response.writeHead(200, { 'content-type': markdown ? 'text/markdown' : 'application/json' });
    response.end(markdown ? '# Shop\n' : JSON.stringify(RETROSPECTIVE));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
};

const run = async (...args: string[]) => {
  const out: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const code = await main(args);
  return { code, out: out.join('\n') };
};

afterEach(() => vi.restoreAllMocks());

describe('slipway retro', () => {
  it('shows summary, impact, timeline, factors and what is overdue', async () => {
    const { url, asked } = await serve();
    const { code, out } = await run('retro', 'show', 'r 1', '--server', url);
    expect(code).toBe(0);
    expect(asked).toEqual(['GET /api/v1/releases/r%201/retrospective']);
    expect(out).toContain('People reached: cannot tell: the metric source counts requests, not people');
    expect(out).toContain('Time to recover: 0.2 s');
    expect(out).toContain('12:00:05  Rolled back by hand (the operator)');
    expect(out).toContain('[ ] alert (detect; no owner; due 2026-11-01, overdue)');
  });

  it('drafts only when asked to', async () => {
    const { url, asked } = await serve();
    await run('retro', 'show', 'r1', '--server', url, '--draft');
    expect(asked).toEqual(['POST /api/v1/releases/r1/retrospective']);
  });

  it('gives the whole answer as JSON', async () => {
    const { url } = await serve();
    const { out } = await run('retro', 'show', 'r1', '--server', url, '--json');
    expect(JSON.parse(out)).toEqual(RETROSPECTIVE);
  });

  it('writes the document to a file', async () => {
    const { url, asked } = await serve();
    const directory = mkdtempSync(join(tmpdir(), 'retro-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'shop.md');
    expect((await run('retro', 'export', 'r1', '--server', url, '--output', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('# Shop\n');
    expect(asked.at(-1)).toBe('GET /api/v1/retrospectives/retro-1/export?format=md');
  });

  it('names the formats it knows', async () => {
    const { url } = await serve();
    const { code, out } = await run('retro', 'export', 'r1', '--server', url, '--format', 'pdf');
    expect(code).toBe(2);
    expect(out).toContain('--format: pdf is not known, use md or json');
  });
});
