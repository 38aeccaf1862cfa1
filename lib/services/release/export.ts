import { releaseExportQuerySchema } from '../../contract/release.ts';
import { readListed } from '../../data/views/release-list.ts';
import {
  type ReleaseFilter,
  type SearchPlace,
  searchIds,
  searchSql,
} from '../../data/views/release-search.ts';
import { authorize, type Context } from '../context.ts';
import { csvHeader, csvRow } from './csv.ts';
import { releaseFilterOf } from './filter.ts';
import { releaseRow } from './list.ts';

const AT_ONCE = 500;

/** A file that is made while it is read. */
export type ReleaseExport = { name: string; type: string; chunks: AsyncIterable<string> };

/** Every release that fits the filter, newest first; what starts meanwhile is not part of it. Throws `invalid` by field. */
export const exportReleases = (ctx: Context, input: unknown): ReleaseExport => {
  authorize(ctx.actor, 'release:read');
  const { format, ...given } = releaseExportQuerySchema.parse(input);
  const filter = releaseFilterOf(given);
  const name = `releases-${new Date(ctx.now()).toISOString().slice(0, 10)}.${format}`;
  return format === 'csv'
    ? { name, type: 'text/csv; charset=utf-8', chunks: csvOf(ctx, filter) }
    : { name, type: 'application/jsonl', chunks: linesOf(ctx, filter, (row) => `${JSON.stringify(row)}\n`) };
};

async function* csvOf(ctx: Context, filter: ReleaseFilter): AsyncGenerator<string> {
  yield csvHeader();
  yield* linesOf(ctx, filter, csvRow);
}

async function* linesOf(
  { db }: Context,
  filter: ReleaseFilter,
  lineOf: (row: ReturnType<typeof releaseRow>) => string,
): AsyncGenerator<string> {
  const search = await searchSql(db.pool, filter);
  if (search === null) return;
  for (let after: SearchPlace | null = null, more = true; more; ) {
    const ids: string[] = await searchIds(db.pool, search, { after, limit: AT_ONCE });
    const releases = await readListed(db.pool, ids);
    if (releases.length > 0) yield releases.map((release) => lineOf(releaseRow(release))).join('');
    const last = releases.at(-1);
    more = last !== undefined && ids.length === AT_ONCE;
    after = last ? { at: last.createdAt.getTime(), id: last.id } : null;
  }
}
