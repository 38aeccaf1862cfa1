import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TargetConfig } from '../protocol.ts';
import { heard, until } from '../testing/agent-bench.ts';
import { startControlPlane } from '../testing/control-plane.ts';
import { tempDir } from '../testing/temp-dir.ts';
import { TARGET, wishOf } from '../testing/wish.ts';

const BIN = new URL('../../bin/slipway.mjs', import.meta.url).pathname;

/** An instance of a service that answers with its track and counts what it answers. */
async function startService(track: string): Promise<string> {
  let served = 0;
  const http = createServer((request, response) => {
    if (request.url === '/metrics') {
      response.end(
        `# TYPE requests_total counter\nrequests_total ${served}\n# TYPE errors_total counter\nerrors_total 0\n`,
      );
      return;
    }
    served += 1;
    response.end(track);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => http.closeAllConnections());
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${portOf(http.address())}`;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** A listening TCP server has an address record, never a path. */
function portOf(address: unknown): number {
  return (address as AddressInfo).port;
}

function runAgent(args: string[]) {
  const child = spawn(process.execPath, [BIN, 'agent', 'run', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { stop: () => void child.kill('SIGTERM'), ended, log: () => log };
}

async function tracksOf(url: string, requests: number): Promise<string[]> {
  const answers: string[] = [];
  for (let user = 0; user < requests; user += 1) {
    const response = await fetch(url, { headers: { 'x-user': `user-${user}` } });
    answers.push(await response.text());
  }
  return answers;
}

describe('slipway agent run', () => {
  it('enrols, carries a share through its own proxy, measures both tracks, and goes back to the baseline', async () => {
    const plane = await startControlPlane();
    onTestFinished(() => plane.close());
    const [baseline, canary, port] = [
      await startService('baseline'),
      await startService('canary'),
      await freePort(),
    ];
    plane.targets = [targetOf(port, baseline, canary)];
    const state = tempDir();
    const flags = ['--server', plane.url, '--cluster', 'eu-west', '--state', state, '--log', 'debug'];
    const agent = runAgent([...flags, '--token', plane.token]);
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1, basisPoints: 5_000 }));
    await until(() =>
      expect(heard(plane, 'applied').at(-1)).toMatchObject({ outcome: 'applied', generation: 1 }),
    );
    // The first reading of a counter is only the reference.
    await until(() => expect(heard(plane, 'samples')).not.toEqual([]));
    const split = await tracksOf(`http://127.0.0.1:${port}/`, 200);
    expect(new Set(split)).toEqual(new Set(['baseline', 'canary']));
    const sent = () =>
      heard(plane, 'samples').flatMap((one) => JSON.parse(JSON.stringify(one.rows)).requests as number[]);
    await until(() => expect(sent().reduce((sum, one) => sum + one, 0)).toBe(200));

    agent.stop();
    expect(await agent.ended).toEqual([0, null]);
    // No token this time: the key is in the state directory.
    const again = runAgent(flags);
    await until(() => expect(heard(plane, 'hello')).toHaveLength(2));
    await until(() =>
      expect(heard(plane, 'applied').filter((one) => one.generation === 1).length).toBeGreaterThan(1),
    );
    expect(new Set(await tracksOf(`http://127.0.0.1:${port}/`, 100))).toContain('canary');
    plane.desire(wishOf({ generation: 2, basisPoints: 0, canary: null }));
    await until(() =>
      expect(heard(plane, 'applied').at(-1)).toMatchObject({ outcome: 'applied', generation: 2 }),
    );
    expect(new Set(await tracksOf(`http://127.0.0.1:${port}/`, 100))).toEqual(new Set(['baseline']));
    again.stop();
    expect(await again.ended).toEqual([0, null]);
  }, 30_000);

  it('asks for a token when it is not enrolled, and exits 1', async () => {
    const agent = runAgent(['--server', 'http://127.0.0.1:9', '--cluster', 'eu-west', '--state', tempDir()]);
    expect(await agent.ended).toEqual([1, null]);
    expect(agent.log()).toMatch(/not enrolled yet: give --token/);
  });
});

function targetOf(port: number, baseline: string, canary: string): TargetConfig {
  return {
    id: TARGET,
    service: 'shop',
    router: {
      driver: 'embedded',
      listen: `127.0.0.1:${port}`,
      baseline: [baseline],
      canary: [canary],
      sticky: { header: 'x-user' },
    },
    source: {
      driver: 'scrape',
      every: '1s',
      endpoints: { baseline: [`${baseline}/metrics`], canary: [`${canary}/metrics`] },
      metrics: { requests: 'requests_total', errors: 'errors_total' },
    },
    workload: { driver: 'none' },
    metrics: [{ name: 'errors', kind: 'errors' }],
  };
}
