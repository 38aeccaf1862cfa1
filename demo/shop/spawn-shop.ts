import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const readySchema = z.object({
  listening: z.int(),
  pid: z.int(),
  version: z.string(),
  track: z.enum(['canary', 'baseline']),
  behaviour: z.string(),
  digest: z.string(),
  seed: z.int(),
});

export type SpawnedShop = z.infer<typeof readySchema> & {
  url: string;
  /** Sends a signal, SIGTERM unless told, and returns the exit code, null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts the shop as its own process with command-line options; resolves when it listens, rejects when it exits. */
export async function spawnShop(options: string[]): Promise<SpawnedShop> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  const firstLine = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const line = await Promise.race([
    firstLine,
    exited.then((code) => Promise.reject(new Error(`the shop exited with ${code} before it listened`))),
  ]);
  const ready = readySchema.parse(JSON.parse(line));
  return {
    ...ready,
    url: `http://127.0.0.1:${ready.listening}`,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}
