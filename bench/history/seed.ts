/**
 * `npm run seed:history -- --releases 100000 [--samples 10000000] [--days 730] [--force]`: fills the database of
 * DATABASE_URL, or the embedded one of SLIPWAY_DATA_DIR, with made-up history for tests of scale. Everything it makes
 * is called `seed-...`; the ledger knows nothing of it.
 */
import { parseArgs } from 'node:util';
import { openDatabase } from '../../lib/data/database.ts';
import { startEmbedded } from '../../lib/data/embedded.ts';
import { migrate } from '../../lib/data/migrate.ts';
import { env } from '../../lib/env.ts';
import { seedHistory } from './fill.ts';

const { values } = parseArgs({
  options: {
    releases: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '0' },
    days: { type: 'string', default: '730' },
    force: { type: 'boolean', default: false },
  },
});
const count = (name: 'releases' | 'samples' | 'days', most: number): number => {
  const number = Number(values[name]);
  if (/^\d+$/.test(values[name]) && number <= most) return number;
  throw new Error(`--${name}: use a whole number up to ${most}`);
};

const started = performance.now();
const say = (text: string) =>
  process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${text}\n`);

const { databaseUrl, dataDirectory } = env();
const embedded = databaseUrl ? null : await startEmbedded({ directory: dataDirectory });
const url = databaseUrl ?? embedded?.url ?? '';
await migrate(url);
const db = openDatabase(url);
try {
  await seedHistory(db.pool, {
    releases: Math.max(1, count('releases', 1_000_000)),
    samples: count('samples', 100_000_000),
    days: Math.max(1, count('days', 3_650)),
    force: values.force,
    now: Date.now(),
    say,
  });
  say('done');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await db.close();
  if (embedded?.owned) await embedded.stop();
}
