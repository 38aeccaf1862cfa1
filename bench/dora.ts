/**
 * `npm run bench:dora`: a generated year of one organisation (12,000 deployment rows, 30,000 commits, 800 incidents of
 * 20 services) in a PostgreSQL of its own; how long everything anew, one question, and one event take.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Database, openDatabase } from '../lib/data/database.ts';
import { rebuildRollups, settleRollups } from '../lib/data/dora/settle.ts';
import { insertCommits, insertDeployments, insertIncidents } from '../lib/data/dora/testing.ts';
import { startEmbedded } from '../lib/data/embedded.ts';
import { migrate } from '../lib/data/migrate.ts';
import type { CommitRow, DeploymentRow, IncidentRow } from '../lib/domain/dora/types.ts';
import type { Context } from '../lib/services/context.ts';
import { getDora } from '../lib/services/dora/answer.ts';
import { figuresOf, figuresText, machineText } from './harness/figures.ts';

const SERVICES = 20;
const DEPLOYMENTS = 12_000;
const COMMITS = 30_000;
const INCIDENTS = 800;
const HOUR = 3_600_000;
const START = Date.UTC(2025, 0, 1);
const YEAR = 365 * 24 * HOUR;
const SAMPLES = Number(process.argv[2] ?? 30);

const random = xoroshiro128plus(20_250_101);
/** Whole numbers from 0 to before `limit`. */
const pick = (limit: number): number => (random.next() >>> 0) % limit;
const serviceOf = (index: number): string => `service-${index % SERVICES}`;
const shaOf = (index: number): string => index.toString(16).padStart(40, '0');

/** One shared history: most commits touch one service, some two, a few all; every tenth is a merge. */
const commits: CommitRow[] = Array.from({ length: COMMITS }, (_, index) => ({
  sha: shaOf(index),
  parents: [index - 1, index % 10 === 9 ? index - 5 : -1].filter((parent) => parent >= 0).map(shaOf),
  authoredAt: START + Math.floor((YEAR * index) / COMMITS),
  services:
    index % 50 === 0
      ? null
      : [serviceOf(pick(SERVICES)), ...(index % 7 === 0 ? [serviceOf(pick(SERVICES))] : [])],
  pr: null,
}));

const deploymentAt = (index: number, at: number): DeploymentRow => {
  const failed = pick(20) === 0;
  const group = Math.floor(index / SERVICES);
  return {
    id: `d${index}`,
    service: serviceOf(index),
    environment: 'prod',
    tier: pick(12) === 0 ? 'staging' : 'production',
    // Every fourth release goes to two regions.
    groupId: group % 4 < 2 ? null : `g${group - (group % 2)}-${index % SERVICES}`,
    commitSha: shaOf(
      Math.min(COMMITS - 1, Math.max(0, Math.floor(((at - START) / YEAR) * COMMITS) - pick(30))),
    ),
    version: `1.${index}`,
    kind: pick(30) === 0 ? 'hotfix' : null,
    startedAt: at,
    finishedAt: at + HOUR / 4,
    status: failed ? 'aborted' : 'success',
    maxExposure: failed ? 5 : null,
    rollbackOf: null,
    remediates: null,
    unplanned: null,
    drill: false,
  };
};

const incidentAt = (index: number, at: number): IncidentRow => ({
  id: `i${index}`,
  services: [serviceOf(pick(SERVICES))],
  severity: 1 + pick(4),
  startedAt: at,
  detectedAt: null,
  resolvedAt: at + HOUR * (1 + pick(20)),
  causedBy: [],
  cause: null,
  duplicateOf: null,
  drill: false,
});

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const repeat = async (times: number, work: (round: number) => Promise<number>): Promise<number[]> => {
  const values: number[] = [];
  for (let round = 0; round < times; round += 1) values.push(await work(round));
  return values;
};

const fill = async (db: Database): Promise<void> => {
  await insertCommits(db.pool, commits);
  await insertDeployments(
    db.pool,
    Array.from({ length: DEPLOYMENTS }, (_, index) =>
      deploymentAt(index, START + Math.floor((YEAR * index) / DEPLOYMENTS)),
    ),
  );
  await insertIncidents(
    db.pool,
    Array.from({ length: INCIDENTS }, (_, index) => incidentAt(index, START + pick(YEAR))),
  );
  await db.pool.query('ANALYZE');
};

const measure = async (db: Database): Promise<void> => {
  const ctx: Context = {
    actor: { kind: 'token', id: 'bench', name: 'bench', scopes: ['admin'] },
    db,
    requestId: 'bench',
    now: () => START + YEAR,
  };
  const year = { from: '2025-01-01', to: '2026-01-01' };
  const report = (name: string, values: number[]) => console.log(figuresText(name, figuresOf(values)));
  report('everything anew', await repeat(3, () => timed(() => rebuildRollups(db.pool))));
  report(
    'organisation, a year, numbers',
    await repeat(SAMPLES, () => timed(() => getDora(ctx, { ...year, details: 'false' }))),
  );
  report('organisation, a year, every row', await repeat(SAMPLES, () => timed(() => getDora(ctx, year))));
  report(
    'one service, a year, numbers',
    await repeat(SAMPLES, (round) =>
      timed(() => getDora(ctx, { ...year, service: serviceOf(round), details: 'false' })),
    ),
  );
  report(
    'one service, a year, every row',
    await repeat(SAMPLES, (round) => timed(() => getDora(ctx, { ...year, service: serviceOf(round) }))),
  );
  const settle = async (change: () => Promise<unknown>) => {
    await change();
    return timed(() => settleRollups(db.pool));
  };
  report(
    'after a deployment',
    await repeat(SAMPLES, (round) =>
      settle(() =>
        insertDeployments(db.pool, [
          { ...deploymentAt(DEPLOYMENTS + round, START + YEAR + round * HOUR), groupId: null },
        ]),
      ),
    ),
  );
  report(
    'after an incident',
    await repeat(SAMPLES, (round) =>
      settle(() => insertIncidents(db.pool, [incidentAt(INCIDENTS + round, START + pick(YEAR))])),
    ),
  );
  report(
    'after a decision',
    await repeat(SAMPLES, (round) =>
      settle(() =>
        db.pool.query(
          "INSERT INTO incident_link_decision (incident_id, decision, deployment_id, decided_by, reason) VALUES ($1, 'reject', $2, '{}', 'bench')",
          [`i${round}`, `d${round}`],
        ),
      ),
    ),
  );
};

const directory = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
const server = await startEmbedded({ directory });
await migrate(server.url);
const db = openDatabase(server.url);
console.log(machineText());
try {
  await fill(db);
  await measure(db);
} finally {
  await db.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
