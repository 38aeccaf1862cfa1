import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

export type Child = { name: string; process: ChildProcess; stop: () => Promise<void> };

const STOP_MS = 15_000;

/** Starts programs, and stops them all in the opposite order. Their output goes to one log file each. */
export class Children {
  readonly #children: Child[] = [];
  readonly #logDirectory: string;
  #stopping = false;

  constructor(logDirectory: string) {
    this.#logDirectory = logDirectory;
  }

  /** Runs `argv` in a process group of its own; `onExit` hears when it ends without having been asked to. */
  start(
    name: string,
    argv: readonly string[],
    options: { cwd: string; env?: Record<string, string>; onExit?: (code: number | null) => void },
  ): Child {
    const log = openSync(`${this.#logDirectory}/${name}.log`, 'a');
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C in the terminal reaches this script only, which then stops all in order.
      detached: true,
    });
    let ended = false;
    const exit = new Promise<void>((resolve) => {
      child.once('exit', (code) => {
        ended = true;
        resolve();
        if (!this.#stopping) options.onExit?.(code);
      });
    });
    child.once('error', (error) => {
      ended = true;
      options.onExit?.(null);
      process.stderr.write(`${name}: ${error.message}\n`);
    });
    const stop = async () => {
      if (ended || child.pid === undefined) return;
      signal(child.pid, 'SIGTERM');
      const timer = setTimeout(() => child.pid !== undefined && signal(child.pid, 'SIGKILL'), STOP_MS);
      await exit;
      clearTimeout(timer);
    };
    const started = { name, process: child, stop };
    this.#children.push(started);
    return started;
  }

  async stopAll(): Promise<void> {
    this.#stopping = true;
    for (const child of [...this.#children].reverse()) await child.stop();
  }
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
};
