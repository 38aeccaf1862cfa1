/** `npm run demo`: sets up a bare clone, builds the console if its sources are newer, and starts everything. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { find } from './parts.mjs';
import { setup } from './setup.mjs';
import { root, run, step } from './steps.mjs';

const newest = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    0,
    ...readdirSync(path).map((name) => (name === 'generated' ? 0 : newest(join(path, name)))),
  );
};

const sources = ['app', 'components', 'lib', 'next.config.ts', 'package-lock.json'];
const isBuilt = () =>
  newest(join(root, '.next/BUILD_ID')) > Math.max(...sources.map((name) => newest(join(root, name))));

try {
  await setup();
  if (!isBuilt()) await step('build the console', () => run('node', ['scripts/build.mjs'], { quiet: true }));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const child = spawn(process.execPath, ['--import', 'tsx', 'demo/start.ts'], {
  cwd: root,
  env: { ...process.env, SLIPWAY_DEMO_HAPROXY: find('haproxy') ?? '' },
  stdio: 'inherit',
  detached: false,
});
// The child hears Ctrl-C itself, being in the same group; this script only waits for it to stop everything.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
