import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { find } from '../scripts/parts.mjs';

/**
 * Starts the demo's whole stack on a fresh directory and a free port: real server, PostgreSQL, two HAProxies, two
 * agents, the shop and its load. The stories find it through the environment variables set here.
 */
const globalSetup = async (): Promise<() => Promise<void>> => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(port),
      SLIPWAY_DATA_DIR: directory,
      SLIPWAY_DEMO_HAPROXY: find('haproxy') ?? '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await isUp(child);
  const { password, token } = z
    .object({ password: z.string(), token: z.string() })
    .parse(JSON.parse(readFileSync(join(directory, 'demo/demo.json'), 'utf8')));
  Object.assign(process.env, {
    SLIPWAY_E2E_URL: `http://localhost:${port}`,
    SLIPWAY_E2E_PASSWORD: password,
    SLIPWAY_E2E_TOKEN: token,
    SLIPWAY_E2E_DIR: directory,
  });
  return async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
};
export default globalSetup;

const isUp = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      printed += chunk.toString();
      if (printed.includes('Slipway is up')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the stack did not start (exit ${code})`)));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
