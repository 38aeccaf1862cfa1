/** The git program, held short: no shell, no prompt, no hooks, no configuration but ours, and an end by the clock. */
import { spawn } from 'node:child_process';
import { explainGit, GitError } from './git-error.ts';

export type GitRun = {
  args: readonly string[];
  /** The bare repository it works in. */
  directory: string;
  /** Transports it may use; the program refuses any other, also one it is led to. Empty: none. */
  protocols: readonly ('https' | 'file')[];
  /** Settings of this run, secrets too: they go by the environment, which no other user can read, never by arguments. */
  settings?: readonly (readonly [name: string, value: string])[];
  input?: string;
  secondsMax: number;
  /** Asked every other second; a sentence ends the run with it. */
  stopWhen?: () => Promise<string | null>;
  /** Ends the run. */
  signal?: AbortSignal | undefined;
};

/** Standard output of a run, at most 4 MB of it. Throws `GitError`. */
export const runGit = async (run: GitRun): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of streamGit(run)) {
    size += chunk.byteLength;
    if (size > OUTPUT_BYTES_MAX) throw new GitError('git answered more than can be read at once.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Standard output of a run as it comes. Ends the program when the reader stops early. Throws `GitError`. */
export async function* streamGit(run: GitRun): AsyncGenerator<Buffer> {
  const child = start(run);
  let reason: string | null = null;
  const end = (why: string | null): void => {
    reason ??= why;
    killGroup(child.pid);
  };
  const clock = setTimeout(() => end(`Reading took longer than ${run.secondsMax} s.`), run.secondsMax * 1000);
  const watch = watchRun(run, end);
  const onAbort = (): void => end('Reading was stopped.');
  run.signal?.addEventListener('abort', onAbort);
  if (run.signal?.aborted) onAbort();
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-COMPLAINT_CHARACTERS_MAX);
  });
  const closed = new Promise<{ code: number | null; error: Error | null }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code, error: null }));
  });
  // A program that ends before it has read its input is reported by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  try {
    yield* child.stdout;
    const { code, error } = await closed;
    if (reason !== null) throw new GitError(reason);
    if (error) throw cannotStart(error);
    if (code !== 0) throw explainGit(complaint);
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    run.signal?.removeEventListener('abort', onAbort);
    if (child.exitCode === null && child.signalCode === null) killGroup(child.pid);
  }
}

const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
const COMPLAINT_CHARACTERS_MAX = 8_192;

const start = (run: GitRun) =>
  spawn('git', ['--git-dir', run.directory, ...run.args], {
    // A group of its own, so that the helpers that git starts end with it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: run.directory,
    env: {
      NODE_ENV: 'production',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      HOME: run.directory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: `${run.directory}.conf`,
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: run.protocols.length > 0 ? run.protocols.join(':') : 'none',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_OPTIONAL_LOCKS: '0',
      ...settingsEnvironment([...ALWAYS, ...(run.settings ?? [])]),
    },
  });

const ALWAYS: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['credential.helper', ''],
  ['gc.autoDetach', 'false'],
  ['maintenance.auto', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
];

const settingsEnvironment = (settings: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, name],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);

const watchRun = (run: GitRun, end: (why: string) => void): NodeJS.Timeout | undefined => {
  const { stopWhen } = run;
  if (!stopWhen) return undefined;
  return setInterval(() => {
    stopWhen().then(
      (why) => why !== null && end(why),
      () => undefined,
    );
  }, 2_000);
};

const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const cannotStart = (error: Error): GitError =>
  new GitError(
    'code' in error && error.code === 'ENOENT'
      ? 'The git program was not found: install git where this server runs.'
      : `git cannot be started: ${error.message}`,
  );
