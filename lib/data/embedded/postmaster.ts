/** Who runs a database folder: reads PostgreSQL's own lock file and tells a live server from what a crash left. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readIfThere } from '../secret-file.ts';

export type Postmaster = { pid: number; port: number };

/**
 * The server that runs this folder now, or null. A lock file whose process id meanwhile belongs to another
 * program (after a crash and a restart of the host or container) is removed: PostgreSQL itself would refuse to start.
 */
export const findPostmaster = async (dataDirectory: string): Promise<Postmaster | null> => {
  const file = path.join(dataDirectory, 'postmaster.pid');
  const [pidLine, , , portLine] = (await readIfThere(file))?.split('\n') ?? [];
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (!isAlive(pid)) return null;
  if (!(await isPostgres(pid))) {
    await rm(file, { force: true });
    return null;
  }
  return { pid, port: Number(portLine) };
};

/** True while a process with this id exists, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** In doubt yes: taking a live server's lock away would be far worse than a start that is refused. */
const isPostgres = async (pid: number): Promise<boolean> => {
  try {
    return /postgres/.test(await commandOf(pid));
  } catch {
    return isAlive(pid);
  }
};

const commandOf = async (pid: number): Promise<string> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return text.split('\0')[0] ?? '';
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
  return stdout;
};
