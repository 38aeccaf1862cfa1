import { GitError } from './git-error.ts';
import { type GitRun, runGit, streamGit } from './run-git.ts';

/** A service and the folders or files of the repository it is made of; none: all of it. */
export type ServicePaths = { service: string; paths: readonly string[] };

export type GitCommit = {
  sha: string;
  parents: readonly string[];
  /** Milliseconds since 1970; the committer's time where the author's makes no sense. */
  authoredAt: number;
  /** The services whose paths it touches; none for a merge, and where the source does not have its parents. */
  services: readonly string[];
};

export type ReadOptions = {
  directory: string;
  heads: readonly string[];
  /** Heads of an earlier reading: what they reach is left out. Those that are gone are ignored. */
  known: readonly string[];
  boundary: ReadonlySet<string>;
  services: readonly ServicePaths[];
  signal?: AbortSignal | undefined;
};

/** Commits that the heads reach and `known` does not, newest first, as the git program finds them. Throws `GitError`. */
export async function* readCommits(options: ReadOptions): AsyncGenerator<GitCommit> {
  if (options.heads.length === 0) return;
  const touch = touched(options.services);
  let header: Header | null = null;
  let services = new Set<string>();
  const finished = (): GitCommit[] => (header ? [toCommit(header, services, options)] : []);
  for await (const token of tokens(options)) {
    if (token.kind === 'path') {
      for (const service of touch(token.text)) services.add(service);
      continue;
    }
    yield* finished();
    header = parseHeader(token.text);
    services = new Set();
  }
  yield* finished();
}

/** Commits that the earlier heads reach and the present ones do not: what a force-push has thrown away. At most 10,000. */
export const readAbandoned = async ({ directory, heads, known }: ReadOptions): Promise<string[]> => {
  if (known.length === 0 || heads.length === 0) return [];
  const answer = await runGit({
    args: ['rev-list', '--ignore-missing', '--max-count=10000', '--stdin'],
    directory,
    protocols: [],
    input: [...known, ...heads.map((sha) => `^${sha}`)].map((line) => `${line}\n`).join(''),
    secondsMax: 120,
  });
  return answer.split('\n').filter(Boolean);
};

type Header = { sha: string; parents: string[]; authoredAt: number };

const toCommit = (header: Header, services: ReadonlySet<string>, { boundary }: ReadOptions): GitCommit => {
  const carries = header.parents.length < 2 && !boundary.has(header.sha);
  return { ...header, services: carries ? [...services].sort() : [] };
};

/** Which services a changed path belongs to. */
const touched = (services: readonly ServicePaths[]): ((file: string) => readonly string[]) => {
  const rules = services.map(({ service, paths }) => ({
    service,
    paths: paths.map((path) => path.replace(/^\/+|\/+$/g, '')).filter(Boolean),
  }));
  return (file) =>
    rules
      .filter(
        ({ paths }) =>
          paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`)),
      )
      .map(({ service }) => service);
};

type Token = { kind: 'header' | 'path'; text: string };

/**
 * With `-z --raw` every path follows an entry that begins with a colon, so that no file name, whatever is in it,
 * can pass for a commit.
 */
async function* tokens(options: ReadOptions): AsyncGenerator<Token> {
  let pathIsNext = false;
  for await (const part of splitAtNul(streamGit(logRun(options)))) {
    const text = part.replace(/^\n/, '');
    if (pathIsNext) yield { kind: 'path', text: part };
    else if (!text.startsWith(':')) yield { kind: 'header', text };
    pathIsNext = !pathIsNext && text.startsWith(':');
  }
}

const logRun = ({ directory, heads, known, services, signal }: ReadOptions): GitRun => ({
  args: [
    'log',
    '-z',
    // Comparing folders is most of the work; nobody asks for it without services.
    ...(services.length > 0 ? ['--raw', '--no-renames', '--root', '--no-abbrev', '--diff-merges=off'] : []),
    '--no-show-signature',
    '--no-mailmap',
    '--no-notes',
    '--no-color',
    '--ignore-missing',
    '--format=%H %at %ct %P',
    '--stdin',
  ],
  directory,
  protocols: [],
  input: [...heads, ...known.map((sha) => `^${sha}`)].map((line) => `${line}\n`).join(''),
  secondsMax: 20 * 60,
  signal,
});

const TOKEN_BYTES_MAX = 64 * 1024;

async function* splitAtNul(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let bytes: Buffer = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0)) {
      yield bytes.subarray(0, end).toString('utf8');
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.byteLength > TOKEN_BYTES_MAX)
      throw new GitError('The history holds a commit or path that is too long to be read.');
    rest = bytes;
  }
  if (rest.byteLength > 0) yield rest.toString('utf8');
}

const HEADER = /^([0-9a-f]{40,64}) (-?\d+) (-?\d+) ?([0-9a-f ]*)$/;
/** The end of the year 9999, beyond which no calendar here goes. */
const SECONDS_MAX = 253_402_300_799;

const parseHeader = (text: string): Header => {
  const [, sha, authored, committed, parents] = HEADER.exec(text.trim()) ?? [];
  if (sha === undefined || parents === undefined)
    throw new GitError('git answered with a commit that cannot be read.');
  const seconds = [authored, committed].map(Number).find((value) => value >= 0 && value <= SECONDS_MAX);
  return { sha, parents: parents.split(' ').filter(Boolean), authoredAt: (seconds ?? 0) * 1000 };
};
