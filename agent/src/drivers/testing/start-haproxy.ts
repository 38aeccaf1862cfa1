import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runtimeCommand } from '../haproxy/runtime.ts';
import { freePort } from './backends.ts';

const PATHS = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'];

export type RunningHaproxy = {
  url: string;
  socket: string;
  map: string;
  restart: () => Promise<void>;
  close: () => Promise<void>;
};

/** A real HAProxy in front of two servers, `stable` and `canary`. With `fine` the share comes from a map and a hash of the user. */
export const startHaproxy = async (
  ports: { baseline: number; canary: number },
  options: { fine?: boolean } = {},
): Promise<RunningHaproxy> => {
  const program = PATHS.find((path) => existsSync(path));
  if (!program) throw new Error('HAProxy is not installed: install your system\'s package "haproxy"');
  const directory = mkdtempSync(join(tmpdir(), 'slipway-haproxy-'));
  const port = await freePort();
  const [socket, map, file] = [
    join(directory, 'admin.sock'),
    join(directory, 'share.map'),
    join(directory, 'haproxy.cfg'),
  ];
  writeFileSync(map, 'shop 0\n');
  writeFileSync(file, configText({ port, socket, map, ...ports, fine: options.fine ?? false }));
  let child = await start(program, file, socket);
  return {
    url: `http://127.0.0.1:${port}/`,
    socket: `unix:${socket}`,
    map,
    restart: async () => {
      await stop(child);
      rmSync(socket, { force: true });
      child = await start(program, file, socket);
    },
    close: async () => {
      await stop(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const start = async (program: string, file: string, socket: string): Promise<ChildProcess> => {
  const child = spawn(program, ['-db', '-f', file], { stdio: 'ignore' });
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null)
      throw new Error(`HAProxy refused its configuration (exit ${child.exitCode})`);
    if (
      existsSync(socket) &&
      (await runtimeCommand(`unix:${socket}`, ['show info'], AbortSignal.timeout(5_000)).catch(() => ''))
    )
      return child;
    await wait(25);
  }
  throw new Error('HAProxy did not open its socket');
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
};

const configText = (o: {
  port: number;
  socket: string;
  map: string;
  baseline: number;
  canary: number;
  fine: boolean;
}): string => `global
  stats socket ${o.socket} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend web
  bind 127.0.0.1:${o.port}
  default_backend shop
backend shop
  balance roundrobin
${o.fine ? FINE(o.map) : ''}  server stable 127.0.0.1:${o.baseline} weight 100
  server canary 127.0.0.1:${o.canary} weight 0
`;

const FINE = (map: string): string => `  http-request set-var(txn.share) str(shop),map_str_int(${map},0)
  http-request set-var(txn.place) req.cook(uid),xxh32,mod(10000)
  use-server canary if { var(txn.place),sub(txn.share) -m int lt 0 }
`;
