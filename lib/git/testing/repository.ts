import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type TestRepository = {
  directory: string;
  git: (...args: string[]) => Promise<string>;
  /** Writes the files and commits them; the author's time in seconds since 1970. Answers with the sha. */
  commit: (files: Record<string, string>, at: number) => Promise<string>;
};

/** A folder that is removed at the end, with real repositories in it. */
export const createTestRoot = async () => {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'slipway-git-')));
  return {
    root,
    create: (name: string) => createRepository(path.join(root, name)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
};

export const createRepository = async (directory: string): Promise<TestRepository> => {
  await mkdir(directory, { recursive: true });
  const git = gitIn(directory);
  await git('init', '--quiet', '--initial-branch=main');
  const commit = async (files: Record<string, string>, at: number): Promise<string> => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
      await writeFile(path.join(directory, name), text);
    }
    await git('add', '--all');
    await gitIn(directory, at)('commit', '--quiet', '--allow-empty', '-m', 'change');
    return git('rev-parse', 'HEAD');
  };
  return { directory, git, commit };
};

export const gitIn =
  (directory: string, at = 1_700_000_000) =>
  async (...args: string[]): Promise<string> => {
    const { stdout } = await run('git', args, {
      cwd: directory,
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.org',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.org',
        GIT_AUTHOR_DATE: `@${at} +0000`,
        GIT_COMMITTER_DATE: `@${at} +0000`,
      },
    });
    return stdout.trim();
  };
