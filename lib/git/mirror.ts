/** Our own bare copy of a repository: history and folder listings, without file contents where the source allows it. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitError } from './git-error.ts';
import { runGit } from './run-git.ts';
import type { OpenSource } from './source.ts';

export type Head = { branch: string; sha: string };
export type Refreshed = {
  heads: readonly Head[];
  /** Commits whose parents the source does not have: its history begins there. */
  boundary: ReadonlySet<string>;
};
export type Mirror = {
  /** Made when missing. Nothing else may live in it, nor in the file beside it that ends in `.conf`. */
  directory: string;
  source: OpenSource;
  /** Names, or `prefix/*`; empty: the branch that the source calls its default. */
  branches: readonly string[];
  signal?: AbortSignal | undefined;
};

/**
 * Brings the copy up to date and answers with the heads of its branches: none for an empty repository. A copy that is
 * damaged, or locked by a run that died, is made anew once. One run a directory at a time. Throws `GitError`.
 */
export const refreshMirror = async (mirror: Mirror): Promise<Refreshed> => {
  try {
    return await refresh(mirror);
  } catch (error) {
    if (!(error instanceof GitError && error.damaged)) throw error;
    await rm(mirror.directory, { recursive: true, force: true });
    return refresh(mirror);
  }
};

const BRANCHES_MAX = 200;
const PACK_BYTES_MAX = 4 * 1024 ** 3;
const FETCH_SECONDS_MAX = 20 * 60;
const REF = 'refs/slipway/';

const refresh = async (mirror: Mirror): Promise<Refreshed> => {
  await prepare(mirror.directory);
  const branches = await findBranches(mirror);
  if (branches.length === 0) return { heads: [], boundary: new Set() };
  await fetchBranches(mirror, branches);
  const heads = await readHeads(mirror.directory, branches);
  return { heads, boundary: await readBoundary(mirror.directory) };
};

const prepare = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // The upload side of a folder on this host reads this file, and no setting of ours that is passed otherwise.
  await writeFile(`${directory}.conf`, '[safe]\n\tdirectory = *\n[uploadpack]\n\tallowFilter = true\n', {
    mode: 0o600,
  });
  await runGit({
    args: ['init', '--quiet', '--bare', '--template='],
    directory,
    protocols: [],
    secondsMax: 30,
  });
};

/** Asked before anything is fetched: an empty repository is an answer, not a failure. */
const findBranches = async ({ directory, source, branches, signal }: Mirror): Promise<string[]> => {
  const patterns = branches.length === 0 ? ['HEAD'] : branches.map((branch) => `refs/heads/${branch}`);
  const answer = await runGit({
    args: ['ls-remote', '--symref', '--', source.address, ...patterns],
    directory,
    protocols: source.protocols,
    settings: source.settings,
    secondsMax: 60,
    signal,
  });
  const names = branches.length === 0 ? [defaultBranch(answer)] : branchesIn(answer, branches);
  const found = names.filter((name) => name !== null);
  if (found.length > BRANCHES_MAX)
    throw new GitError(`${found.length} branches match, at most ${BRANCHES_MAX} are read: name fewer.`);
  if (found.length === 0 && branches.length > 0 && answer.trim() === '')
    return (await isEmpty({ directory, source, branches: [] })) ? [] : refuseBranches(branches);
  return found;
};

const isEmpty = async (mirror: Mirror): Promise<boolean> => (await findBranches(mirror)).length === 0;

const refuseBranches = (branches: readonly string[]): never => {
  throw new GitError(`The repository has no branch ${branches.join(', ')}: check the names.`);
};

/** `ref: refs/heads/main	HEAD`; a source whose head is detached offers no name, and its HEAD itself is read. */
const defaultBranch = (answer: string): string | null => {
  const named = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
  if (!/^[0-9a-f]{40,64}\tHEAD$/m.test(answer)) return null;
  return named ?? 'HEAD';
};

/** The pattern of the question also fits at the end of longer names; here it has to fit the whole. */
const branchesIn = (answer: string, branches: readonly string[]): string[] =>
  [...answer.matchAll(/^[0-9a-f]{40,64}\trefs\/heads\/(\S+)$/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) =>
      branches.some((branch) =>
        branch.endsWith('*') ? name.startsWith(branch.slice(0, -1)) : name === branch,
      ),
    );

const remoteRef = (branch: string): string => (branch === 'HEAD' ? 'HEAD' : `refs/heads/${branch}`);
const localRef = (branch: string): string =>
  `${REF}${branch === 'HEAD' ? 'detached/HEAD' : `heads/${branch}`}`;

const fetchBranches = async (
  { directory, source, signal }: Mirror,
  branches: readonly string[],
): Promise<void> => {
  await runGit({
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-auto-maintenance',
      '--no-write-fetch-head',
      '--update-shallow',
      '--filter=blob:none',
      '--stdin',
      '--',
      source.address,
    ],
    directory,
    protocols: source.protocols,
    settings: source.settings,
    input: branches.map((branch) => `+${remoteRef(branch)}:${localRef(branch)}\n`).join(''),
    secondsMax: FETCH_SECONDS_MAX,
    stopWhen: () => packsTooLarge(directory),
    signal,
  });
  await runGit({
    args: ['gc', '--auto', '--quiet'],
    directory,
    protocols: [],
    secondsMax: FETCH_SECONDS_MAX,
  });
};

const packsTooLarge = async (directory: string): Promise<string | null> => {
  const folder = path.join(directory, 'objects', 'pack');
  const sizes = await Promise.all(
    (await readdir(folder)).map((name) => stat(path.join(folder, name)).then(({ size }) => size)),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return total > PACK_BYTES_MAX ? 'The history is larger than 4 GB: name fewer branches.' : null;
};

const readHeads = async (directory: string, branches: readonly string[]): Promise<Head[]> => {
  const answer = await runGit({
    args: ['for-each-ref', '--format=%(objectname) %(refname)', REF],
    directory,
    protocols: [],
    secondsMax: 30,
  });
  const shaOf = new Map(
    answer
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))] as const),
  );
  return branches.flatMap((branch) => {
    const sha = shaOf.get(localRef(branch));
    return sha === undefined ? [] : [{ branch, sha }];
  });
};

/** Git keeps the commits without their parents in a file of this name; a complete history has none. */
const readBoundary = async (directory: string): Promise<ReadonlySet<string>> => {
  const text = await readFile(path.join(directory, 'shallow'), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter(Boolean));
};
