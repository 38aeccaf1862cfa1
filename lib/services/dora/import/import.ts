import type { Readable } from 'node:stream';
import { type ImportView, importQuerySchema } from '../../../contract/dora.ts';
import { lockNoun } from '../../../data/config/lock.ts';
import { type Transaction, withTransaction } from '../../../data/database.ts';
import { compareStaged } from '../../../data/dora/import/compare.ts';
import { closeStage, openStage, stageRows } from '../../../data/dora/import/stage.ts';
import { takeOver } from '../../../data/dora/import/take-over.ts';
import { settleRollups } from '../../../data/dora/settle.ts';
import { notify } from '../../../data/notify.ts';
import {
  cyclesOf,
  type Lined,
  type RowProblem,
  TABLE_NAMES,
  type TableName,
} from '../../../domain/dora/csv/index.ts';
import type { CommitRow } from '../../../domain/dora/types.ts';
import { authorize, type Context } from '../../context.ts';
import { ServiceError } from '../../errors.ts';
import { recordConfig } from '../../put-noun.ts';
import { readRecords } from './read-records.ts';

/** Gives each file that was sent, in turn; resolves when the last one was taken. */
export type Files = (take: (table: TableName, stream: Readable) => Promise<void>) => Promise<void>;

const PROBLEMS_SHOWN = 100;

/**
 * Takes a history over, all of it or nothing: rows are checked while they come in, compared with what is stored, and
 * written in one transaction. Rows that are known change nothing. Throws `refused` with every bad row by file, line
 * and column.
 */
export const importHistory = async (
  ctx: Context,
  input: { query: unknown; files: Files },
): Promise<ImportView> => {
  authorize(ctx.actor, 'config:write');
  const dryRun = importQuerySchema.parse(input.query).dryRun === 'true';
  const view = await withTransaction(ctx.db.pool, async (client) => {
    await openStage(client);
    const read = await stageFiles(client, input.files);
    await lockNoun(client, 'import', 'history');
    const found = await compareAll(client, read);
    if (found.refused > 0) throw refusal(found);
    const isNew = TABLE_NAMES.some((table) => found[table].added + found[table].changed > 0);
    if (dryRun || !isNew) return { ...found, stored: false };
    for (const table of TABLE_NAMES) await takeOver(client, table);
    await notify(client, [{ kind: 'config', noun: 'import', slug: 'history' }]);
    await recordConfig(client, ctx, { action: 'history.import', subject: 'history', data: countsOf(found) });
    return { ...found, stored: true };
  });
  if (view.stored) await settleRollups(ctx.db.pool);
  return view;
};

type Read = { problems: RowProblem[]; refused: number; commits: Lined<CommitRow>[] };

const stageFiles = async (client: Transaction, files: Files): Promise<Read> => {
  const read: Read = { problems: [], refused: 0, commits: [] };
  const taken = new Set<TableName>();
  const take = async <T extends TableName>(table: T, stream: Readable): Promise<void> => {
    if (taken.has(table)) throw new ServiceError('invalid', `${table} is sent twice; send it once.`);
    taken.add(table);
    await readRecords(table, stream, {
      rows: async (rows) => {
        await stageRows(client, table, rows);
        for (const { row, line } of rows) if ('sha' in row) read.commits.push({ row: linksOf(row), line });
      },
      problem: (problem) => {
        read.refused += 1;
        if (read.problems.length < PROBLEMS_SHOWN) read.problems.push(problem);
      },
    });
  };
  await files(take);
  if (taken.size === 0)
    throw new ServiceError(
      'invalid',
      `Send at least one file, as multipart/form-data with the fields ${TABLE_NAMES.join(', ')}.`,
    );
  await closeStage(client);
  return read;
};

/** Of a commit only what a cycle is made of: a million of them are kept until all are there. */
const linksOf = ({ sha, parents }: CommitRow): CommitRow => ({
  sha,
  parents,
  authoredAt: 0,
  services: null,
  pr: null,
});

const compareAll = async (client: Transaction, read: Read): Promise<ImportView> => {
  const deployments = await compareStaged(client, 'deployments');
  const commits = await compareStaged(client, 'commits');
  const incidents = await compareStaged(client, 'incidents');
  const cycles = cyclesOf(read.commits);
  const compared = [deployments, commits, incidents];
  const problems = [...read.problems, ...compared.flatMap((one) => one.problems), ...cycles];
  return {
    stored: false,
    deployments: deployments.counts,
    commits: commits.counts,
    incidents: incidents.counts,
    refused: read.refused + cycles.length + compared.reduce((sum, one) => sum + one.refused, 0),
    problems: problems.sort(byPlace).slice(0, PROBLEMS_SHOWN),
  };
};

const byPlace = (a: RowProblem, b: RowProblem): number =>
  (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line;

const countsOf = ({ deployments, commits, incidents }: ImportView) => ({ deployments, commits, incidents });

const refusal = (found: ImportView): ServiceError => {
  const rest = found.refused - found.problems.length;
  return new ServiceError(
    'refused',
    `${found.refused} ${found.refused === 1 ? 'cell or row is' : 'cells and rows are'} wrong, and nothing was stored.${rest > 0 ? ` The first ${found.problems.length} are named.` : ''}`,
    {
      reason: 'bad-rows',
      errors: found.problems.map(({ file, line, column, message }) => ({
        path: `${file}:${line}${column === null ? '' : `, ${column}`}`,
        message,
      })),
      current: found,
    },
  );
};
