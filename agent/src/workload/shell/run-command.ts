/** Runs one declared program without a shell, in its own process group, with a time limit and bounded output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkloadError } from '../workload.ts';
import { OutputTail } from './output-tail.ts';

export type CommandRun = {
  argv: readonly string[];
  timeoutSeconds: number;
  directory?: string | undefined;
  environment: Readonly<Record<string, string>>;
};
export type CommandResult = { exitCode: number; stdout: string; output: string };

/**
 * Resolves with the exit code, whatever it is, and the last 64 KB of output. Throws `WorkloadError` when the program
 * cannot be started, overruns its time (its whole process group is ended) or leaves a process that holds its output;
 * throws the signal's reason when aborted, after ending the group.
 */
export const runCommand = async (run: CommandRun, signal: AbortSignal): Promise<CommandResult> => {
  signal.throwIfAborted();
  const [program = '', ...args] = run.argv;
  const child = spawn(program, args, {
    shell: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: run.directory,
    env: asProcessEnvironment({ PATH: fixedPath, HOME: homedir(), LANG: 'C.UTF-8', ...run.environment }),
  });
  const [stdout, output] = [new OutputTail(), new OutputTail()];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    output.add(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk));
  const deadline = AbortSignal.timeout(Math.ceil(run.timeoutSeconds * 1000));
  const exitCode = await exited(child, program, AbortSignal.any([signal, deadline]));
  if (exitCode === 'ended') {
    signal.throwIfAborted();
    throw new OverrunError(`did not finish within ${run.timeoutSeconds} s${output.words()}`);
  }
  await outputClosed(child);
  return { exitCode, stdout: stdout.text(), output: output.words() };
};

/** The command did not finish in its time. */
export class OverrunError extends WorkloadError {}

/** Where programs named without a path are looked for: the system's places, then beside the Node that runs the agent. */
const fixedPath = [
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  dirname(process.execPath),
].join(':');

const exited = (child: ChildProcess, program: string, stop: AbortSignal): Promise<number | 'ended'> =>
  new Promise((resolve, reject) => {
    let ending: Promise<void> | null = null;
    const end = () => {
      ending = endGroup(child);
      ending.then(() => resolve('ended'), reject);
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
    child.once('error', (error) => {
      stop.removeEventListener('abort', end);
      reject(new WorkloadError(startProblem(program, error)));
    });
    child.once('exit', (code, killedBy) => {
      stop.removeEventListener('abort', end);
      if (ending) return;
      if (code !== null) resolve(code);
      else reject(new WorkloadError(`was ended from outside by ${killedBy}`));
    });
  });

/** Asks the whole group to stop and, after two seconds, makes it. */
const endGroup = async (child: ChildProcess): Promise<void> => {
  signalGroup(child, 'SIGTERM');
  for (let waited = 0; waited < 2_000 && signalGroup(child, 0); waited += 50) await sleep(50);
  signalGroup(child, 'SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
};

/** False when no process of the group is left. */
const signalGroup = (child: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  // Without a pid nothing was started; a negative 0 or 1 would reach processes that are not ours.
  if (child.pid === undefined || child.pid <= 1) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
};

/**
 * A daemon that inherited these pipes would die of its next line of output when the agent restarts, and take its
 * traffic along; so it is refused when the command is tried, not found out at night.
 */
const outputClosed = async (child: ChildProcess): Promise<void> => {
  const closed = new Promise<'closed'>((resolve) => child.once('close', () => resolve('closed')));
  if (child.stdout?.closed && child.stderr?.closed) return;
  const first = await Promise.race([closed, sleep(2_000, 'open', { ref: false })]);
  if (first === 'closed') return;
  child.stdout?.destroy();
  child.stderr?.destroy();
  throw new WorkloadError(
    'left a process behind that still holds its output; send that to a file or /dev/null when starting it',
  );
};

const startProblem = (program: string, error: Error): string => {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT')
    return `cannot be started: ${program} or its directory is not found (PATH is ${fixedPath}); write the absolute path`;
  if (code === 'EACCES') return `cannot be started: ${program} is not executable for the agent's user`;
  return `cannot be started: ${program}: ${code || 'refused by the system'}`;
};

/** A child needs no variable in particular; only types that a web framework adds ask for one. */
const asProcessEnvironment = (variables: Record<string, string>): NodeJS.ProcessEnv =>
  variables as NodeJS.ProcessEnv;
