import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../data/testing/test-database.ts';
import type { TableName } from '../../../domain/dora/csv/index.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../../testing/contexts.ts';
import { getDora } from '../answer.ts';
import { importHistory } from './import.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const DEPLOYMENTS =
  'id,service,environment,tier,group_id,commit_sha,version,kind,started_at,finished_at,status,max_exposure,rollback_of,remediates,unplanned,drill';
const d = (id: string, more: { sha?: string; end?: string; status?: string } = {}) =>
  `${id},web,prod,production,,${more.sha ?? 'a'},1,,2026-03-02T10:00:00Z,${more.end ?? '2026-03-02T10:10:00Z'},${more.status ?? 'success'},,,,,`;
const c = (sha: string, parents: string) => `${sha},${parents},2026-03-01T10:10:00Z,*,`;
const i = (id: string, resolved: string) => `${id},web,2,2026-03-02T10:30:00Z,,${resolved},,,,`;

type Rows = Partial<Record<TableName, string[]>>;
const HEADERS: Record<TableName, string> = {
  deployments: DEPLOYMENTS,
  commits: 'sha,parents,authored_at,services,pr',
  incidents: 'id,services,severity,started_at,detected_at,resolved_at,caused_by,cause,duplicate_of,drill',
};

const send = (rows: Rows, query: Record<string, string> = {}) =>
  importHistory(contextOf(database, 'operator'), {
    query,
    files: async (take) => {
      for (const table of ['deployments', 'commits', 'incidents'] as const) {
        const lines = rows[table];
        if (lines) await take(table, Readable.from([Buffer.from([HEADERS[table], ...lines, ''].join('\n'))]));
      }
    },
  });

const none = { added: 0, changed: 0, unchanged: 0 };
const history: Rows = {
  deployments: [d('d1'), d('d2', { sha: 'b' }), d('run', { end: '', status: 'in_progress' })],
  commits: [c('a', ''), c('b', 'a')],
  incidents: [i('i1', '')],
};

test('a history is taken over once: the second time changes nothing and says so', async () => {
  expect(await send(history, { dryRun: 'true' })).toMatchObject({ stored: false, commits: { added: 2 } });
  expect(await send(history)).toMatchObject({
    stored: true,
    deployments: { ...none, added: 3 },
    commits: { ...none, added: 2 },
    incidents: { ...none, added: 1 },
    refused: 0,
  });
  expect(await send(history)).toMatchObject({
    stored: false,
    deployments: { ...none, unchanged: 3 },
    commits: { ...none, unchanged: 2 },
    incidents: { ...none, unchanged: 1 },
  });
  const entries = await ledgerOf(database, 'history');
  expect(entries).toMatchObject([{ action: 'history.import', data: { commits: { added: 2 } } }]);
  expect(await getDora(contextOf(database, 'viewer'))).toMatchObject({
    total: { deployments: 2 },
    incident_links: { i1: ['d2'] },
  });
});

test('a later file says how what was running or open ended', async () => {
  const over = { deployments: [d('run')], incidents: [i('i1', '2026-03-02T11:00:00Z')] };
  expect(await send(over)).toMatchObject({
    stored: true,
    deployments: { ...none, changed: 1 },
    incidents: { ...none, changed: 1 },
  });
  expect(await getDora(contextOf(database, 'viewer'))).toMatchObject({
    total: { deployments: 3, recovery: { n: 1, open: 0 } },
  });
});

test('a bad row anywhere is named by file, line and column, and nothing of any file is stored', async () => {
  const counted = async () => (await database.pool.query('SELECT count(*) FROM imported_deployment')).rows;
  const before = await counted();
  const refusal = await refusalOf(
    send({
      deployments: [d('new'), d('d1', { sha: 'other' }), d('late', { end: 'soon' })],
      commits: [c('x', 'y'), c('y', 'x'), c('z', ''), c('z', 'x')],
    }),
  );
  expect(refusal).toMatchObject({
    code: 'refused',
    reason: 'bad-rows',
    paths: [
      'commits.csv:2, parents',
      'commits.csv:5, sha',
      'deployments.csv:3, commit_sha',
      'deployments.csv:4, finished_at',
    ],
    current: { stored: false, refused: 4 },
  });
  expect(await counted()).toEqual(before);
});

test('files that are no CSV are named', async () => {
  const broken = (bytes: Buffer) =>
    importHistory(contextOf(database, 'operator'), {
      query: {},
      files: (take) => take('commits', Readable.from([bytes])),
    });
  const paths = async (text: Buffer) => (await refusalOf(broken(text))).paths;
  expect(await paths(Buffer.from(''))).toEqual(['commits.csv:1']);
  expect(await paths(Buffer.from([0xff, 0xfe, 0x41]))).toEqual(['commits.csv:1']);
  expect(await paths(Buffer.from(`${HEADERS.commits}\na,"b,2026-03-01T10:10:00Z,*,\n`))).toHaveLength(1);
  expect(await paths(Buffer.from('sha,parents,authored_at,services\n'))).toEqual(['commits.csv:1, pr']);
});

test('who may not change the configuration imports nothing, and nothing is read to say so', async () => {
  const files = () => Promise.reject(new Error('a file was read'));
  expect(await refusalOf(importHistory(lockedOut(), { query: {}, files }))).toMatchObject({
    code: 'forbidden',
  });
});
