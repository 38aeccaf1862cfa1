import path from 'node:path';
import type { RepositoryRead } from '../../contract/repository.ts';
import type { Database } from '../../data/database.ts';
import { abandonCommits, type CommitRow, storeCommits } from '../../data/delivery/commits.ts';
import {
  claimRepository,
  dueRepositories,
  endReading,
  type ReadingEnd,
  type StoredRepository,
} from '../../data/delivery/repositories.ts';
import { openSeal, SealError } from '../../data/sealed.ts';
import { env } from '../../env.ts';
import { GitError } from '../../git/git-error.ts';
import { refreshMirror } from '../../git/mirror.ts';
import { readAbandoned, readCommits } from '../../git/read-commits.ts';
import { openSource } from '../../git/source.ts';
import { logger } from '../../log.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { getRepository } from './get.ts';
import { sourceRules, tokenOf } from './source-rules.ts';

/** Reads what is new in a repository now. Why that failed is the repository's `problem`, not an error of this call. */
export const readRepository = async (ctx: Context, { slug }: { slug: string }): Promise<RepositoryRead> => {
  authorize(ctx.actor, 'config:write');
  await getRepository(ctx, { slug });
  const found = await readNow(ctx.db, slug);
  if (found === null)
    throw new ServiceError('conflict', `${slug} is being read now; wait until that is done.`, {
      reason: 'in-progress',
    });
  return { repository: await getRepository(ctx, { slug }), found };
};

/** Reads every repository that is due, one after the other; for the engine, which asks nobody. */
export const readDueRepositories = async (db: Database, signal: AbortSignal): Promise<void> => {
  for (const slug of await dueRepositories(db.pool)) if (!signal.aborted) await readNow(db, slug, signal);
};

const log = logger('repositories');
const BATCH = 1_000;

/** The number of commits found; null when another reader has the repository. */
const readNow = async (db: Database, slug: string, signal?: AbortSignal): Promise<number | null> => {
  const repository = await claimRepository(db.pool, slug);
  if (repository === null) return null;
  let found = 0;
  const count = (stored: number): void => {
    found += stored;
  };
  const end = await read(db, repository, { count, signal }).catch(
    // What stopped with the server says nothing about the repository.
    (error: unknown): ReadingEnd => ({
      problem: signal?.aborted ? repository.problem : problemOf(slug, error),
    }),
  );
  await endReading(db.pool, repository, end);
  return found;
};

const read = async (
  db: Database,
  repository: StoredRepository,
  { count, signal }: { count: (stored: number) => void; signal: AbortSignal | undefined },
): Promise<ReadingEnd> => {
  const directory = path.join(env().dataDirectory, 'git', repository.id);
  const source = await openSource(repository.location, sourceRules(), await tokenOfRepository(repository));
  const { heads, boundary } = await refreshMirror({
    directory,
    source,
    branches: repository.branches,
    signal,
  });
  const [now, known] = [heads, repository.heads].map((list) => list.map(({ sha }) => sha));
  const services = Object.entries(repository.services).map(([service, paths]) => ({ service, paths }));
  const isWhole = services.length === 0;
  const range = { directory, heads: now ?? [], known: known ?? [], boundary, services, signal };
  let batch: CommitRow[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await storeCommits(db.pool, repository.id, batch);
    count(batch.length);
    batch = [];
  };
  for await (const commit of readCommits(range)) {
    batch.push(isWhole && !boundary.has(commit.sha) ? { ...commit, services: null } : commit);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await abandonCommits(db.pool, await readAbandoned(range));
  return { heads: [...heads], shallow: boundary.size > 0, problem: null };
};

const tokenOfRepository = async ({ slug, token }: StoredRepository): Promise<string | null> =>
  token === null ? null : (await openSeal()).open(token, tokenOf(slug));

const problemOf = (slug: string, error: unknown): string => {
  if (error instanceof GitError || error instanceof SealError) return error.message;
  log.error({ repository: slug, err: error }, 'a repository could not be read');
  return 'An unexpected error; the log of the server has it.';
};
