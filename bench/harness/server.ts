/** A real server on a fresh directory and a free port, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../agent/src/drivers/testing/backends.ts';
import { type Api, createApi } from '../../demo/stack/api.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export type BenchServer = {
  url: string;
  token: string;
  password: string;
  directory: string;
  api: Api;
  close: () => Promise<void>;
};

export const EMAIL = 'bench@slipway.local';

/** On a directory that is removed afterwards, or on one that is `given` and stays. */
export const startServer = async (given?: string): Promise<BenchServer> => {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const token = randomBytes(32).toString('hex');
  const password = randomBytes(18).toString('base64url');
  const log = openSync(join(directory, 'server.log'), 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', 'server.ts'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      SLIPWAY_DATA_DIR: directory,
      SLIPWAY_BOOTSTRAP_TOKEN: token,
      SLIPWAY_ADMIN_EMAIL: EMAIL,
      SLIPWAY_ADMIN_PASSWORD: password,
      SLIPWAY_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', log, log],
  });
  await untilReady(url, child, directory);
  return {
    url,
    token,
    password,
    directory,
    api: createApi(url, token),
    close: async () => {
      await end(child);
      if (given === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** Ends a process and waits for it. */
export const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
};

const untilReady = async (url: string, child: ChildProcess, directory: string): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}; see ${directory}/server.log`);
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await wait(200);
  }
  throw new Error(`the server was not ready within a minute; see ${directory}/server.log`);
};
