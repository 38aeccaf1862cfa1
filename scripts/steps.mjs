/** Runs the steps of a command one after another and prints one line for each, with its seconds. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs `work` and prints what it was and how long it took; on failure says which step failed and rethrows. */
export const step = async (name, work) => {
  const started = performance.now();
  try {
    const result = await work();
    print(name, started, 'ok');
    return result;
  } catch (error) {
    print(name, started, 'FAILED');
    throw error;
  }
};

/** Runs a program in the project's root with its output shown; rejects when it does not end with 0. */
export const run = (command, args, { env = {}, quiet = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else {
        if (quiet) process.stderr.write(Buffer.concat(output));
        reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`));
      }
    });
  });

const print = (name, started, outcome) => {
  const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${outcome.padEnd(6)} ${name}`);
};
