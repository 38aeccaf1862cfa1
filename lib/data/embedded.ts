/**
 * The database that needs no set-up: a real PostgreSQL from npm under the data directory, on a loopback port
 * of the system's choice, stopped with the server that started it and found again by a second process.
 */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { logger } from '../log.ts';
import { findPostmaster, isAlive, type Postmaster } from './embedded/postmaster.ts';
import { findPrograms, homeFor, type Programs, runProgram } from './embedded/programs.ts';
import { readIfThere, readOrCreateSecret, writePrivateFile } from './secret-file.ts';

const USER = 'slipway';
const DATABASE = 'slipway';
const START_SECONDS_MAX = 60;
const PORT_ATTEMPTS_MAX = 5;

export type EmbeddedDatabase = {
  url: string;
  /** False when another live process started it and will stop it. */
  owned: boolean;
  /** Stops the server when this process owns it; open connections are cut, committed data is kept. Repeatable. */
  stop(): Promise<void>;
};

const recordSchema = z.object({ url: z.string(), ownerPid: z.number(), postmasterPid: z.number() });
type Paths = { record: string; password: string; home: string; data: string; log: string };

/**
 * Starts PostgreSQL on `<directory>/postgres`, or joins the one that runs there already; the first start makes
 * it. A server whose owner died is taken over. `durable: false` trades crash safety for speed, for tests.
 */
export const startEmbedded = async (options: {
  directory: string;
  durable?: boolean;
}): Promise<EmbeddedDatabase> => {
  const programs = await findPrograms();
  const paths = await preparePaths(programs, options.directory);
  const password = await readOrCreateSecret(paths.password);
  await initialise(programs, paths, password);
  const running =
    (await findPostmaster(paths.data)) ?? (await startServer(programs, paths, options.durable ?? true));
  const url = urlOf(running.port, password, DATABASE);
  await makeDatabase(urlOf(running.port, password, 'postgres'));
  const owned = await takeOwnership(paths.record, url, running);
  const forget = owned ? stopAtExit(running) : () => undefined;
  return { url, owned, stop: () => stopServer(programs, paths).finally(forget) };
};

/** The address of the embedded database of a running server on this host, or null when none runs there. */
export const findEmbedded = async (directory: string): Promise<string | null> => {
  const record = await readRecord(path.join(path.resolve(directory), 'postgres.json'));
  if (!record || !isAlive(record.postmasterPid)) return null;
  const client = new pg.Client({ connectionString: record.url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return record.url;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const preparePaths = async (programs: Programs, directory: string): Promise<Paths> => {
  const root = path.resolve(directory);
  // Root's database runs as another user, who must be able to walk through, not to look around.
  await mkdir(root, { recursive: true, mode: 0o700 });
  if (programs.identity) await chmod(root, 0o711);
  const home = await homeFor(programs, path.join(root, 'postgres'));
  return {
    record: path.join(root, 'postgres.json'),
    password: path.join(root, 'postgres.password'),
    home,
    data: path.join(home, 'data'),
    log: path.join(home, 'server.log'),
  };
};

/** Made beside its place and renamed, so that an interrupted first start leaves no half-made database. */
const initialise = async (programs: Programs, paths: Paths, password: string): Promise<void> => {
  if (await readIfThere(path.join(paths.data, 'PG_VERSION'))) return;
  await removeDrafts(paths.home);
  const draft = `${paths.data}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (programs.identity) await chown(passwordFile, programs.identity.uid, programs.identity.gid);
  try {
    await runProgram(programs, programs.initdb, [
      `--pgdata=${draft}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ]);
    await rename(draft, paths.data).catch(async (error: unknown) => {
      if (!(await readIfThere(path.join(paths.data, 'PG_VERSION')))) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
};

const removeDrafts = async (home: string): Promise<void> => {
  for (const name of await readdir(home)) {
    const pid = /^data\.(\d+)\./.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(path.join(home, name), { recursive: true, force: true });
  }
};

const startServer = async (programs: Programs, paths: Paths, durable: boolean): Promise<Postmaster> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await launch(programs, paths, durable, await freePort());
      const started = await findPostmaster(paths.data);
      if (started) return started;
      throw new Error('PostgreSQL ended right after its start');
    } catch (error) {
      // Somebody else may have started it, or taken the port, between the look and the start.
      const other = await findPostmaster(paths.data);
      if (other) return other;
      if (attempt >= PORT_ATTEMPTS_MAX)
        throw new Error(
          `the embedded PostgreSQL does not start: ${await lastLines(paths.log)}; mend this, or set DATABASE_URL to another database`,
          { cause: error },
        );
      // After a crash the old server's processes hold its memory for a moment longer.
      await pause(200 * attempt);
    }
  }
};

const launch = async (programs: Programs, paths: Paths, durable: boolean, port: number): Promise<void> => {
  const settings = [
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
    'timezone=UTC',
    'log_timezone=UTC',
    'log_checkpoints=off',
    'jit=off',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  await rm(paths.log, { force: true });
  await runProgram(programs, programs.pg_ctl, [
    'start',
    '-D',
    paths.data,
    '-l',
    paths.log,
    '-o',
    [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' '),
    '-w',
    '-t',
    String(START_SECONDS_MAX),
  ]);
};

const stopServer = async (programs: Programs, paths: Paths): Promise<void> => {
  const record = await readRecord(paths.record);
  if (record?.ownerPid !== process.pid) return;
  if (await findPostmaster(paths.data))
    await runProgram(programs, programs.pg_ctl, ['stop', '-D', paths.data, '-m', 'fast', '-w', '-t', '60']);
  await rm(paths.record, { force: true });
};

/** A process that ends without a stop, as by an error nobody caught, must not leave a server behind. */
const stopAtExit = ({ pid }: Postmaster): (() => void) => {
  const interrupt = () => {
    // SIGINT is PostgreSQL's fast and orderly shutdown.
    if (isAlive(pid)) process.kill(pid, 'SIGINT');
  };
  process.once('exit', interrupt);
  return () => process.removeListener('exit', interrupt);
};

const takeOwnership = async (file: string, url: string, { pid }: Postmaster): Promise<boolean> => {
  const record = await readRecord(file);
  const sameServer = record?.postmasterPid === pid;
  if (record && sameServer && record.ownerPid !== process.pid && isAlive(record.ownerPid)) return false;
  if (record && sameServer && record.ownerPid !== process.pid)
    logger('database').info('took over an embedded PostgreSQL whose owner is gone');
  const mine = { url, ownerPid: process.pid, postmasterPid: pid, startedAt: new Date().toISOString() };
  await writePrivateFile(file, `${JSON.stringify(mine, null, 2)}\n`);
  return true;
};

const readRecord = async (file: string): Promise<z.infer<typeof recordSchema> | null> => {
  const text = await readIfThere(file);
  if (text === null) return null;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** Waits, too, until a server that another process has just started, or that replays its log, takes connections. */
const makeDatabase = async (url: string): Promise<void> => {
  const until = performance.now() + START_SECONDS_MAX * 1_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (!rowCount) await client.query(`CREATE DATABASE "${DATABASE}"`);
      return;
    } catch (error) {
      if (!isTransient(error) || performance.now() > until) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await pause(100);
  }
};

/** Starting up, refused connection, or a second process making the same database at the same moment. */
const isTransient = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['57P03', 'ECONNREFUSED', 'ECONNRESET', '42P04', '23505', '55006'].includes(String(error.code));

const urlOf = (port: number, password: string, database: string): string =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('the system gave no port')),
      );
    });
  });

const lastLines = async (file: string): Promise<string> =>
  (await readIfThere(file))?.trim().split('\n').slice(-5).join(' | ') ?? 'it wrote no log';
