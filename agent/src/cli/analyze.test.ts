import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { registerAnalyze } from './analyze.ts';

let directory: string;
let printed: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'analyze-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(directory, { recursive: true });
});

async function run(...args: string[]): Promise<number> {
  const program = new Command('slipway').exitOverride();
  registerAnalyze(program);
  await program.parseAsync(['analyze', ...args], { from: 'user' });
  return Number(process.exitCode);
}

const trace = (canaryErrors: number, seconds = 120) =>
  Array.from({ length: seconds }, (_, t) =>
    JSON.stringify({
      t,
      baseline: { requests: 95, errors: t % 2, conversions: 3 },
      canary: { requests: 20, errors: canaryErrors, conversions: 1 },
    }),
  ).join('\n');

const write = (name: string, content: string | Buffer) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

describe('slipway analyze', () => {
  it('answers one line of JSON a file, plain or zipped, by name', async () => {
    write('b-bad.jsonl', trace(1));
    write('a-dead.jsonl.gz', gzipSync(trace(20)));
    write('notes.txt', 'not a trace');
    expect(await run(directory, '--json')).toBe(0);
    const rows = printed.map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { file: 'a-dead.jsonl.gz', decision: 'rollback', advance: null },
      { file: 'b-bad.jsonl', decision: 'rollback', advance: null },
    ]);
    expect(rows[0].rollback).toBeLessThan(rows[1].rollback);
    expect(rows[1].because).toMatch(/^Roll back: errors: canary 5\.00 % against/);
    expect(Object.keys(rows[1].metrics)).toEqual(['errors', 'conversions']);
  });

  it('prints a table for people', async () => {
    expect(await run(write('bad.jsonl', trace(1)))).toBe(0);
    expect(printed[0]).toMatch(/^file +decision +rollback +advance +because$/);
    expect(printed[1]).toMatch(/^bad\.jsonl +rollback +\d+ s +- {2}Roll back: errors/);
  });

  it('takes a plan or its analysis block as policy, and lets --warmup override it', async () => {
    const file = write('bad.jsonl', trace(1, 60));
    const block = write('policy.yaml', 'warmup: 0s\nmetrics: [{ name: errors, margin: 2000%, weight: 1 }]\n');
    const accepted = await run(file, '--policy', block, '--json').catch((error: unknown) => String(error));
    expect(accepted).toMatch(/margin/);
    const plain = write('plain.yaml', 'warmup: 0s\nmetrics: [{ name: errors, margin: 10%, weight: 1 }]\n');
    await run(file, '--policy', plain, '--json');
    await run(file, '--policy', plain, '--warmup', '600', '--json');
    const [now, warm] = printed.map((line) => JSON.parse(line));
    expect(now).toMatchObject({ decision: 'rollback' });
    expect(warm.decision).toBe('hold');
    expect(warm.because).toMatch(/warming up/);
  });

  it('names file, line and field of what is no trace, goes on with the others, and fails', async () => {
    write('a.jsonl', `${trace(1, 2)}\n{"t":2,"canary":null}`);
    write('b.jsonl', trace(1));
    expect(await run(directory, '--json')).toBe(1);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({
      error: expect.stringMatching(/^line 3: baseline: /),
    });
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({ file: 'b.jsonl', decision: 'rollback' });
  });

  it.each([
    ['a path that is not there', ['/no/such/trace'], /no such file/],
    [
      'an unknown metric',
      ['POLICY', 'metrics: [{ name: sales, weight: 1 }]'],
      /a trace has no "sales", only errors/,
    ],
    ['an unknown key', ['POLICY', 'metrcs: []'], /policy\.yaml: metrcs: unknown key; did you mean "metrics"/],
    ['a policy that is not YAML', ['POLICY', 'a: ['], /policy\.yaml: /],
  ])('refuses %s as wrong use', async (_, [kind, text], message) => {
    const file = write('t.jsonl', trace(0, 3));
    const args = kind === 'POLICY' ? [file, '--policy', write('policy.yaml', text ?? '')] : [kind ?? ''];
    await expect(run(...args)).rejects.toThrow(message);
    await expect(run(...args)).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('refuses a warm-up that is no number of seconds', async () => {
    await expect(run(write('t.jsonl', trace(0, 3)), '--warmup', 'soon')).rejects.toThrow(/--warmup: "soon"/);
  });
});

describe('slipway analyze --release', () => {
  const course = (second: number | null) => ({
    decision: second === null ? 'hold' : 'rollback',
    sentence: 'Roll back: errors: canary 3.00 % against 1.00 %.',
    rollback: second === null ? null : { second, stage: { index: 0, name: 'first' }, sentence: '' },
    advance: null,
  });
  const answering = async (answer: unknown) => {
    const asked: { method: string; url: string; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        asked.push({ method: request.method ?? '', url: request.url ?? '', body });
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return { asked, server: `http://127.0.0.1:${port}` };
  };

  it('asks the server to judge the release again, and tells when it decided', async () => {
    const { asked, server } = await answering({ ...course(75), note: null });
    expect(await run('--release', 'a/b', '--server', server)).toBe(0);
    expect(asked).toMatchObject([{ method: 'GET', url: '/api/v1/releases/a%2Fb/analysis' }]);
    expect(printed.join('\n')).toContain('rollback  75 s, in stage first');
  });

  it('sends the analysis block of a plan or of a file that holds it alone, and tells what would have changed', async () => {
    const answer = {
      own: course(75),
      other: course(null),
      summary: 'It would not have rolled back by then.',
      limit: 'Later data cannot be known.',
      note: null,
    };
    const { asked, server } = await answering(answer);
    const block = write('block.yaml', 'alpha: 0.001');
    const plan = write('plan.yaml', 'kind: Plan\nspec:\n  analysis:\n    alpha: 0.02');
    expect(await run('--release', 'r1', '--server', server, '--policy', block)).toBe(0);
    expect(await run('--release', 'r1', '--server', server, '--policy', plan, '--json')).toBe(0);
    expect(asked.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      ['POST', '/api/v1/releases/r1/what-if', { analysis: { alpha: 0.001 } }],
      ['POST', '/api/v1/releases/r1/what-if', { analysis: { alpha: 0.02 } }],
    ]);
    expect(printed[0]).toMatch(/^It would not have rolled back by then\.\nown policy: rollback/);
    expect(JSON.parse(printed[1] ?? '')).toEqual(answer);
  });

  it('wants traces or a release, not both and not none', async () => {
    await expect(run()).rejects.toThrow('give a file or directory of traces, or --release');
    await expect(run('traces', '--release', 'r1')).rejects.toThrow('or --release');
    await expect(run('--release', 'r1', '--warmup', '90')).rejects.toThrow('--warmup');
  });
});
