import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkloadError } from '../workload.ts';
import { type PlaceholderValues, renderArguments } from './render-arguments.ts';
import { runCommand } from './run-command.ts';

const values: PlaceholderValues = {
  version: '1.4.0',
  digest: `sha256:${'a'.repeat(64)}`,
  track: 'canary',
  previousVersion: '',
};
const hostile = [
  '$(touch PWNED)',
  '`touch PWNED`',
  '; touch PWNED',
  '| touch PWNED',
  '&& touch PWNED',
  '> PWNED',
  '1\ntouch PWNED',
  '--flag',
  '-rf',
  '',
  ' ',
  '1 2',
  "'",
  '"',
  '\\',
  '\0',
  '1\0',
  '../../etc',
  '/etc/passwd',
  '.hidden',
  '%s',
  '*',
  '~',
  '$HOME',
  '{track}',
  '{version}',
  '١',
  'ｖ1',
  '1\u2028',
  '1\r',
  'a'.repeat(129),
  '+1',
  '_1',
  '@file',
  '1=2',
  '1:2',
  '1,2',
];

describe('arguments of a declared command', () => {
  it('get their values in place, several in one argument too', () => {
    const argv = ['run', '--version={version}', '{track}-{digest}', '{previousVersion}', '{"json": 1}', '{}'];
    expect(renderArguments(argv, values)).toEqual([
      'run',
      '--version=1.4.0',
      `canary-${values.digest}`,
      '',
      '{"json": 1}',
      '{}',
    ]);
  });

  it.each(hostile)('are never made from the version %j', (version) => {
    expect(() => renderArguments(['run', '{version}'], { ...values, version })).toThrow(WorkloadError);
    expect(renderArguments(['run', '{track}'], { ...values, version })).toEqual(['run', 'canary']);
  });

  it('keep their number and their fixed parts, and no value begins with a dash, whatever is given', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(...hostile),
      fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,20}$/),
    );
    const records = fc.record({
      version: anything,
      digest: anything,
      track: anything,
      previousVersion: anything,
    });
    fc.assert(
      fc.property(records, fc.constantFrom(...Object.keys(values)), (given, name) => {
        const argv = ['run', `{${name}}`, `--x={${name}}`, 'last'];
        let rendered: string[];
        try {
          rendered = renderArguments(argv, given);
        } catch (error) {
          expect(error).toBeInstanceOf(WorkloadError);
          return;
        }
        const value = rendered[1] ?? '?';
        expect(rendered).toEqual(['run', value, `--x=${value}`, 'last']);
        expect(value).toMatch(/^(?:[A-Za-z0-9][A-Za-z0-9._+:-]*)?$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reach the program as they are: no shell reads them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-arguments-'));
    const argv = [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];
    const given = hostile.filter((text) => !text.includes('\0'));
    const signal = AbortSignal.timeout(10_000);
    const run = { argv: [...argv, ...given], timeoutSeconds: 9, directory: folder, environment: {} };
    const { stdout, exitCode } = await runCommand(run, signal);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(given);
    expect(existsSync(join(folder, 'PWNED'))).toBe(false);
    await rm(folder, { recursive: true });
  });
});
