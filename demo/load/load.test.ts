import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const running: ChildProcess[] = [];

function start(args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe('the load generator as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends on %s with 0 and its summary as the last word',
    async (signal) => {
      // Nothing listens on port 1: the traffic is refused and the generator goes on.
      const child = start(['--url', 'http://127.0.0.1:1', '--rps', '50', '--verbose']);
      const exited = once(child, 'close');
      const words: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => words.push(line));
      const [second] = await once(createInterface({ input: child.stderr }), 'line');
      expect(JSON.parse(second)).toMatchObject({ answered: 0, troubles: { refused: expect.any(Number) } });
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(words.map((line) => JSON.parse(line))).toMatchObject([{ answered: 0 }]);
    },
    30_000,
  );

  it('refuses an address beyond this machine, says why and exits with 2', async () => {
    const child = start(['--url', 'http://192.0.2.1']);
    const exited = once(child, 'close');
    const [line] = await once(createInterface({ input: child.stderr }), 'line');
    expect(line).toContain('loopback addresses only');
    expect(await exited).toEqual([2, null]);
  }, 30_000);
});
