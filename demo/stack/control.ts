/**
 * The operator's scripts for one shop: `start`, `stop`, `check` and `status` of a version on a track. The agent runs
 * them through its shell workload driver, exactly as it would run an init script or a deploy tool.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    directory: { type: 'string', default: '.' },
    'baseline-port': { type: 'string', default: '0' },
    'canary-port': { type: 'string', default: '0' },
    track: { type: 'string', default: 'baseline' },
    version: { type: 'string', default: '' },
  },
});
const pidFile = `${values.directory}/${values.track}.pid`;
const port = values.track === 'canary' ? values['canary-port'] : values['baseline-port'];
const health = `http://127.0.0.1:${port}/healthz`;

type Health = { version: string; digest: string; track: string };

const readHealth = async (): Promise<Health | null> => {
  try {
    const response = await fetch(health, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? ((await response.json()) as Health) : null;
  } catch {
    return null;
  }
};

const pid = (): number | null => {
  try {
    const number = Number(readFileSync(pidFile, 'utf8'));
    return Number.isInteger(number) && number > 1 ? number : null;
  } catch {
    return null;
  }
};

const stop = async (): Promise<void> => {
  const running = pid();
  if (running === null) return;
  for (let tries = 0; tries < 120; tries++) {
    try {
      process.kill(running, tries === 0 ? 'SIGTERM' : 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the shop with process ${running} did not stop within 12 seconds`);
};

const start = async (): Promise<void> => {
  if ((await readHealth())?.version === values.version) return;
  await stop();
  mkdirSync(values.directory, { recursive: true });
  const log = openSync(`${values.directory}/${values.track}.log`, 'a');
  const argv = [
    '--import',
    'tsx',
    'demo/shop/main.ts',
    '--version',
    values.version,
    '--track',
    values.track,
    '--port',
    port,
    '--pid-file',
    pidFile,
  ];
  spawn(process.execPath, argv, { stdio: ['ignore', log, log], detached: true }).unref();
};

const verbs: Record<string, () => Promise<void>> = {
  start,
  stop,
  check: async () => {
    if ((await readHealth())?.version !== values.version) process.exitCode = 1;
  },
  status: async () => {
    const found = await readHealth();
    process.stdout.write(
      `${JSON.stringify(found && { version: found.version, digest: found.digest, healthy: true })}\n`,
    );
  },
};

const verb = verbs[positionals[0] ?? ''];
if (!verb) {
  process.stderr.write(`use one of ${Object.keys(verbs).join(', ')}\n`);
  process.exitCode = 2;
} else await verb();
