import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowedCommands } from '../allowed-commands.ts';
import { createWorkload } from '../create-workload.ts';
import type { Workload } from '../workload.ts';

const control = fileURLToPath(new URL('testing/unit-control.mjs', import.meta.url));
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
const one = { version: '1.0.0', digest: digestOf('1') };
const two = { version: '2.0.0+b7', digest: digestOf('2') };
const { signal } = new AbortController();

let folder: string;
let workload: Workload;

const workloadOf = (commands: Record<string, unknown> = {}): Workload => {
  const argv = (name: string, ...more: string[]) => ({
    argv: [process.execPath, control, folder, name, '{track}', ...more],
    timeoutSeconds: 15,
  });
  const shop = {
    start: argv('start', '{version}', '{digest}', '{previousVersion}'),
    stop: argv('stop'),
    check: argv('check', '{version}'),
    status: argv('status'),
    ...commands,
  };
  return createWorkload({ driver: 'shell', unit: 'shop' }, parseAllowedCommands({ shop }));
};
const node = (script: string, ...args: string[]) => ({
  argv: [process.execPath, '-e', script, ...args],
  timeoutSeconds: 5,
});
const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-workload-'));
  workload = workloadOf();
});
afterEach(async () => {
  for (const track of ['canary', 'baseline'] as const) await workloadOf().stop(track, signal);
  await rm(folder, { recursive: true, force: true });
});

describe('the shell workload', () => {
  it('brings a version up, replaces it, and takes it down, each track for itself', async () => {
    expect(await workload.state('canary', signal)).toBeNull();
    await workload.ensure('canary', one, signal);
    await workload.ensure('baseline', one, signal);
    expect(await workload.state('canary', signal)).toEqual({ ...one, healthy: true });
    await workload.ensure('canary', two, signal);
    expect(await workload.state('canary', signal)).toEqual({ ...two, healthy: true });
    expect(await workload.state('baseline', signal)).toEqual({ ...one, healthy: true });
    expect(await calls()).toContain('start canary 2.0.0+b7 1.0.0');
    await workload.stop('canary', signal);
    await workload.stop('canary', signal);
    expect(await workload.state('canary', signal)).toBeNull();
    expect((await calls()).filter((call) => call.startsWith('stop'))).toHaveLength(1);
  });

  it('leaves alone what runs already, and what it started runs on when it is closed', async () => {
    await workload.ensure('canary', one, signal);
    await workload.ensure('canary', one, signal);
    await workload.close();
    expect((await calls()).filter((call) => call.startsWith('start'))).toHaveLength(1);
    expect(await workloadOf().state('canary', signal)).toEqual({ ...one, healthy: true });
  });

  it('does one operation of a unit after the other, from two workloads too', async () => {
    const script = `const fs = require('node:fs'); fs.appendFileSync(process.argv[1], 'in '); setTimeout(() => fs.appendFileSync(process.argv[1], 'out '), 150)`;
    const log = join(folder, 'order');
    const start = node(script, log);
    const check = node('');
    const shells = [
      workloadOf({ start, check, status: undefined }),
      workloadOf({ start, check, status: undefined }),
    ];
    await Promise.all(
      shells.flatMap((shell) => [shell.ensure('canary', one, signal), shell.ensure('baseline', two, signal)]),
    );
    expect(await readFile(log, 'utf8')).toBe('in out '.repeat(4));
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a start that fails',
      { start: node('console.error("no\\nspace"); process.exit(3)') },
      /^start of unit shop on canary: exited with status 3: no space$/,
    ],
    [
      'a program that is not there',
      { start: { argv: ['no-such-program'] } },
      /cannot be started: no-such-program .* is not found .* write the absolute path/,
    ],
    [
      'a file that is not a program',
      { start: { argv: [control] } },
      /cannot be started: .*unit-control\.mjs is not executable/,
    ],
    [
      'a start that takes too long',
      { start: { ...node('setInterval(() => {}, 1e3)'), timeoutSeconds: 0.5 } },
      /start of unit shop on canary: did not finish within 0.5 s/,
    ],
    [
      'a check that never passes',
      { start: node(''), check: { ...node('console.log("cold"); process.exit(1)'), timeoutSeconds: 4 } },
      /check of unit shop on canary: did not pass within 4 s; last exited with status 1: cold/,
    ],
    [
      'a check that hangs',
      { start: node(''), check: { ...node('setInterval(() => {}, 1e3)'), timeoutSeconds: 1 } },
      /check of unit shop on canary: did not pass within 1 s/,
    ],
    [
      'another version than asked for',
      {
        start: node(''),
        check: node(''),
        status: node(`console.log('{"version":"9","digest":"x","healthy":false}')`),
      },
      /left 9 \(x\) running instead of 1\.0\.0/,
    ],
    [
      'a status that is not JSON',
      { status: node('console.log("up")') },
      /status of unit shop on canary: must print \{"version".*: up$/,
    ],
    [
      'a daemon that holds on to the output',
      {
        start: node(
          `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { detached: true, stdio: 'inherit' }).unref()`,
        ),
      },
      /left a process behind that still holds its output/,
    ],
    [
      'a killed start',
      { start: node('process.kill(process.pid, "SIGKILL")') },
      /was ended from outside by SIGKILL/,
    ],
  ])('says in words what is wrong with %s', async (_, commands, message) => {
    await expect(workloadOf(commands).ensure('canary', one, signal)).rejects.toThrow(message);
  });

  it('keeps only the end of a flood of output', async () => {
    const start = node('process.stdout.write("x".repeat(5e6) + "the end", () => process.exit(1))');
    await expect(workloadOf({ start }).ensure('canary', one, signal)).rejects.toThrow(/: …x+the end$/);
  });

  it('ends the whole process group of a command that overruns, deaf children too', async () => {
    const service = fileURLToPath(new URL('testing/service.mjs', import.meta.url));
    const file = join(folder, 'deaf');
    const child = `process.on('SIGTERM', () => {}); import(${JSON.stringify(service)})`;
    const argv = ['-e', child, '--', service, file, '1', 'x'];
    const parent = `require('node:child_process').spawn(process.execPath, ${JSON.stringify(argv)}, { stdio: 'ignore' }); setInterval(() => {}, 1e3)`;
    const start = { ...node(parent), timeoutSeconds: 5 };
    await expect(workloadOf({ start }).ensure('canary', one, signal)).rejects.toThrow('did not finish');
    const { port } = JSON.parse(await readFile(file, 'utf8'));
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('stops with the signal, and when it is closed', async () => {
    const hanging = workloadOf({
      start: node(
        `require('node:fs').writeFileSync(process.argv[1], ''); setInterval(() => {}, 1e3)`,
        join(folder, 'up'),
      ),
    });
    const controller = new AbortController();
    const aborted = hanging.ensure('canary', one, controller.signal);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const ended = expect(hanging.ensure('canary', one, signal)).rejects.toThrow('the agent is stopping');
    await expect.poll(() => existsSync(join(folder, 'up'))).toBe(true);
    await hanging.close();
    await ended;
  });

  it('gives commands a fixed environment, not the one of the agent', async () => {
    process.env.SLIPWAY_TEST_SECRET = 'secret';
    const status = { ...node('console.log(JSON.stringify(process.env))'), environment: { EXTRA: 'yes' } };
    const error = await workloadOf({ status }).state('canary', signal).catch(String);
    delete process.env.SLIPWAY_TEST_SECRET;
    expect(error).toContain('"EXTRA":"yes"');
    expect(error).toContain('"PATH":"/usr/local/sbin:');
    expect(error).not.toContain('secret');
  });
});
