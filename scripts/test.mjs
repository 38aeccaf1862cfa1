/**
 * `npm test`: sets up what the tests need, then runs all of them. Parts can be named: `npm test -- unit system`.
 * Every part runs against real programs: PostgreSQL, HAProxy, Prometheus, Chromium.
 */
import { ensureParts } from './parts.mjs';
import { setup } from './setup.mjs';
import { run, step } from './steps.mjs';

const bin = (name) => `node_modules/.bin/${name}`;

const parts = {
  lint: () => run(bin('biome'), ['ci', '--error-on-warnings', '.']),
  types: () => run(bin('tsc'), ['--noEmit', '-p', '.']),
  unit: () => run(bin('vitest'), ['run', '--project', 'unit']),
  system: () => run(bin('vitest'), ['run', '--project', 'system']),
  build: () => run('node', ['scripts/build.mjs']),
  e2e: () => run(bin('playwright'), ['test']),
};

const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(parts);
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(', ')}; known: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

try {
  await setup();
  if (names.some((name) => ['system', 'e2e'].includes(name)))
    await step('programs', () => ensureParts(['haproxy', 'prometheus', 'chromium']));
  for (const name of names) await step(name, parts[name]);
  console.log('\nall passed');
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
