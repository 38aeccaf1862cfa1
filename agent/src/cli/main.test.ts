import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';
import { main } from './main.ts';

type Asked = { method: string; path: string; authorization: string | undefined; key: unknown; body: unknown };

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Runs a command line in this process; gives its exit code and what it printed. */
async function slipway(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const code = await main(args);
  vi.restoreAllMocks();
  process.exitCode = undefined;
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** A server that answers each request with what `answer` gives: status and body. */
async function server(answer: (asked: Asked, count: number) => [number, unknown]) {
  const asked: Asked[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const { authorization } = request.headers;
    const path = request.url ?? '';
    const body: unknown = text === '' ? null : JSON.parse(text);
    const one = {
      method: request.method ?? '',
      path,
      authorization,
      key: request.headers['idempotency-key'],
      body,
    };
    asked.push(one);
    const [status, reply] = answer(one, asked.length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  // A listening TCP server has an address record, never a path.
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

const release = (over: object = {}) => ({
  id: 'r1',
  service: 'shop',
  environment: 'prod',
  version: '1.4.0',
  baselineVersion: '1.3.9',
  state: 'running',
  outcome: null,
  stateVersion: 17,
  stage: { index: 0, name: 'first', share: 5 },
  targets: [
    {
      cluster: 'eu-west',
      share: { wanted: 5, seen: 4.93, confirmed: 'yes' },
      agent: { connected: true },
      problem: null,
    },
  ],
  verdict: { decision: 'hold', sentence: 'not enough requests yet' },
  actions: {
    advance: { allowed: true, effect: '5 % → 25 %' },
    pause: { allowed: false, text: 'paused already' },
  },
  ...over,
});

describe('the command line', () => {
  it('shows a release with what was asked and what is seen', async () => {
    const { url } = await server(() => [200, release()]);
    const { code, out } = await slipway('release', 'status', 'r1', '--server', url);
    expect(code).toBe(0);
    expect(out).toContain('eu-west: wanted 5 %, seen 4.93 %, confirmed yes');
    expect(out).toContain('you may: advance (5 % → 25 %)');
  });

  it('advances against the state it has just read, with the token and an idempotency key', async () => {
    const { url, asked } = await server(() => [200, release()]);
    const { code, out } = await slipway(
      'release',
      'advance',
      'r1',
      '--server',
      url,
      '--token',
      'slp_x',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: 'r1', stateVersion: 17 });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/releases/r1',
      'POST /api/v1/releases/r1/advance',
    ]);
    expect(asked[1]).toMatchObject({ body: { expectedVersion: 17 }, authorization: 'Bearer slp_x' });
    expect(asked[1]?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('rolls back without looking first', async () => {
    const { url, asked } = await server(() => [200, release({ state: 'rolling-back' })]);
    const { code } = await slipway('release', 'rollback', 'r1', '--server', url, '--reason', 'errors');
    expect(code).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ path: '/api/v1/releases/r1/rollback', body: { reason: 'errors' } });
  });

  it('starts a release with --version meaning the version to release', async () => {
    const { url, asked } = await server(() => [201, release()]);
    const given = [
      '--service',
      'shop',
      '--environment',
      'prod',
      '--version',
      '1.4.0',
      '--plan',
      'shop-canary',
    ];
    expect((await slipway('release', 'start', ...given, '--server', url)).code).toBe(0);
    expect(asked[0]?.body).toEqual({
      service: 'shop',
      environment: 'prod',
      version: '1.4.0',
      plan: 'shop-canary',
    });
  });

  it('prints a refusal with the path of each field, as JSON too, and exits 1', async () => {
    const errors = [{ path: 'version', message: 'was never registered' }];
    const problem = { title: 'Refused', status: 422, detail: 'the version is unknown', errors };
    const { url } = await server(() => [422, problem]);
    const words = await slipway('release', 'status', 'r1', '--server', url);
    expect(words).toMatchObject({
      code: 1,
      err: 'Refused: the version is unknown\n  version: was never registered',
    });
    const json = await slipway('release', 'status', 'r1', '--server', url, '--json');
    expect(JSON.parse(json.err)).toEqual(problem);
  });

  it.each([
    ['released', 0],
    ['rolled-back', 1],
    ['cancelled', 1],
  ])('watches a release until it is %s and exits %i', async (outcome, code) => {
    const { url } = await server((_, count) => [
      200,
      count < 2 ? release() : release({ state: 'finished', outcome }),
    ]);
    const watched = await slipway('release', 'watch', 'r1', '--server', url);
    expect(watched.code).toBe(code);
    expect(watched.out.split('\n').at(-1)).toMatch(new RegExp(`^${outcome}`));
  });

  it.each([
    ['an unknown command', ['nonsense']],
    ['an unknown option', ['release', 'list', '--nonsense']],
    ['a missing argument', ['release', 'advance']],
    ['a missing option', ['release', 'start', '--service', 'shop']],
    ['a value that is no number', ['release', 'advance', 'r1', '--expected-version', 'x']],
    ['an address that is none', ['release', 'list', '--server', 'nowhere']],
    ['a file that is not there', ['plan', 'check', '/nowhere/plan.yaml']],
    [
      'an agent without a state directory',
      ['agent', 'run', '--server', 'http://127.0.0.1:1', '--cluster', 'a'],
    ],
  ])('exits 2 for %s', async (_, args) => {
    expect((await slipway(...args)).code).toBe(2);
  });

  it('exits 1 when no server answers, naming the address', async () => {
    const { code, err } = await slipway('release', 'list', '--server', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(err).toMatch(/cannot reach http:\/\/127\.0\.0\.1:9/);
  });

  it('checks a plan without a server, naming the path and what was meant', async () => {
    const file = join(tempDir(), 'plan.yaml');
    const stages = 'stages: [{ name: first, share: 5, bake: { min: 60s }, gate: evidence }]';
    const plan = (spec: string) =>
      `apiVersion: slipway/v1\nkind: Plan\nmetadata: { name: shop-canary }\nspec: { strategy: canary, ${spec} }\n`;
    writeFileSync(file, plan(stages));
    expect((await slipway('plan', 'check', file)).code).toBe(0);
    writeFileSync(file, plan(stages.replace('gate:', 'gaet:')));
    const refused = await slipway('plan', 'check', file, '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out).errors).toEqual([
      { path: 'spec.stages[0].gaet', message: expect.stringMatching(/did you mean "gate"/) },
    ]);
  });

  it('applies the documents of a file in an order in which each finds what it refers to', async () => {
    const { url, asked } = await server(() => [200, {}]);
    const file = join(tempDir(), 'shop.yaml');
    const document = (kind: string, metadata: string, spec: string) =>
      `apiVersion: slipway/v1\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n---\n`;
    const target = document(
      'Target',
      '{ service: shop, cluster: eu-west }',
      '{ router: { driver: haproxy } }',
    );
    writeFileSync(file, target + document('Service', '{ name: shop }', '{ name: Shop }'));
    const applied = await slipway('apply', file, '--server', url);
    expect(applied).toMatchObject({ code: 0, out: 'Service shop stored\nTarget shop/eu-west stored' });
    expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', '/api/v1/services/shop', { name: 'Shop' }],
      ['PUT', '/api/v1/targets/shop/eu-west', { router: { driver: 'haproxy' } }],
    ]);
  });

  it('applies nothing when one of the documents is wrong, and names it', async () => {
    const { url, asked } = await server(() => [200, {}]);
    const file = join(tempDir(), 'shop.yaml');
    const good = 'apiVersion: slipway/v1\nkind: Service\nmetadata: { name: shop }\nspec: { name: Shop }\n';
    writeFileSync(file, `${good}---\napiVersion: slipway/v1\nkind: Servce\n`);
    const refused = await slipway('apply', file, '--server', url);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/shop\.yaml\[1\]\.kind: write one of Environment/);
    expect(asked).toEqual([]);
  });

  it('runs as a program', () => {
    const bin = new URL('../../bin/slipway.mjs', import.meta.url).pathname;
    const run = spawnSync(process.execPath, [bin, 'release', 'nonsense'], { encoding: 'utf8' });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/unknown command 'nonsense'/);
  });
});
