import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refreshMirror } from './mirror.ts';
import { type GitCommit, readCommits, type ServicePaths } from './read-commits.ts';
import { openSource } from './source.ts';
import { createTestRoot, type TestRepository } from './testing/repository.ts';

let root: Awaited<ReturnType<typeof createTestRoot>>;
let repository: TestRepository;
let count = 0;

beforeAll(async () => {
  root = await createTestRoot();
});
afterAll(() => root.remove());
beforeEach(async () => {
  count += 1;
  repository = await root.create(`source-${count}`);
});

const everything: ServicePaths[] = [{ service: 'web', paths: [] }];

const read = async (
  options: { known?: string[]; services?: ServicePaths[]; branches?: string[]; from?: string } = {},
) => {
  const directory = path.join(root.root, `mirror-${count}`);
  const source = await openSource(
    options.from ?? repository.directory,
    { roots: [root.root], allowedHosts: [] },
    null,
  );
  const { heads, boundary } = await refreshMirror({ directory, source, branches: options.branches ?? [] });
  const commits: GitCommit[] = [];
  for await (const commit of readCommits({
    directory,
    heads: heads.map(({ sha }) => sha),
    known: options.known ?? [],
    boundary,
    services: options.services ?? everything,
  }))
    commits.push(commit);
  return { heads, commits, shas: commits.map(({ sha }) => sha).sort() };
};

describe('reading a repository', () => {
  test('gives every commit with parents, author time and the services it touches', async () => {
    const first = await repository.commit({ 'apps/web/a': '1', 'apps/api/b': '1' }, 1_700_000_000);
    const second = await repository.commit({ 'apps/web/a': '2' }, 1_700_000_100);
    const third = await repository.commit({ 'README.md': 'x', 'apps/website/c': '1' }, 1_700_000_200);
    const services = [
      { service: 'web', paths: ['apps/web/'] },
      { service: 'api', paths: ['/apps/api', 'shared'] },
    ];
    const { commits, heads } = await read({ services });
    expect(heads).toEqual([{ branch: 'main', sha: third }]);
    expect(commits).toEqual([
      { sha: third, parents: [second], authoredAt: 1_700_000_200_000, services: [] },
      { sha: second, parents: [first], authoredAt: 1_700_000_100_000, services: ['web'] },
      { sha: first, parents: [], authoredAt: 1_700_000_000_000, services: ['api', 'web'] },
    ]);
  });

  test('gives only what is new since the heads of the last time', async () => {
    const first = await repository.commit({ a: '1' }, 1);
    await read();
    const second = await repository.commit({ a: '2' }, 2);
    expect((await read({ known: [first] })).shas).toEqual([second]);
    expect((await read({ known: [second] })).shas).toEqual([]);
  });

  test('goes on after a force-push, with the head it knew gone', async () => {
    const first = await repository.commit({ a: '1' }, 1);
    const lost = await repository.commit({ a: '2' }, 2);
    await read();
    await repository.git('reset', '--hard', '--quiet', first);
    const other = await repository.commit({ a: '3' }, 3);
    const again = await read({ known: [lost, 'f'.repeat(40)] });
    expect(again.heads).toEqual([{ branch: 'main', sha: other }]);
    expect(again.shas).toEqual([other]);
  });

  test('knows no services of a merge, and all its parents', async () => {
    const first = await repository.commit({ a: '1' }, 1);
    await repository.git('checkout', '--quiet', '-b', 'side');
    const side = await repository.commit({ b: '1' }, 2);
    await repository.git('checkout', '--quiet', 'main');
    const main = await repository.commit({ c: '1' }, 3);
    await repository.git('merge', '--quiet', '--no-ff', '-m', 'merge', 'side');
    const { commits } = await read();
    const merge = commits.find(({ parents }) => parents.length === 2);
    expect(merge).toMatchObject({ parents: [main, side], services: [] });
    expect(commits.map(({ sha }) => sha)).toEqual(expect.arrayContaining([first, side, main]));
  });

  test('answers with nothing for an empty repository, also when branches are named', async () => {
    expect(await read()).toMatchObject({ heads: [], commits: [] });
    expect(await read({ branches: ['main'] })).toMatchObject({ heads: [], commits: [] });
  });

  test('reads the branches that are named, by a star too, and says which one is missing', async () => {
    await repository.commit({ a: '1' }, 1);
    await repository.git('checkout', '--quiet', '-b', 'release/1');
    const fix = await repository.commit({ a: '2' }, 2);
    await repository.git('checkout', '--quiet', '-b', 'idea');
    const idea = await repository.commit({ a: '3' }, 3);
    const { shas, heads } = await read({ branches: ['main', 'release/*'] });
    expect(shas).toContain(fix);
    expect(shas).not.toContain(idea);
    expect(heads.map(({ branch }) => branch)).toEqual(['main', 'release/1']);
    await expect(read({ branches: ['mian'] })).rejects.toThrow(/no branch mian/);
  });

  test('reads a shallow copy, and takes no services from where its history begins', async () => {
    await repository.commit({ a: '1' }, 1);
    const begin = await repository.commit({ a: '2' }, 2);
    const last = await repository.commit({ a: '3' }, 3);
    const shallow = path.join(root.root, `shallow-${count}`);
    await repository.git('clone', '--quiet', '--depth=2', `file://${repository.directory}`, shallow);
    const { commits } = await read({ from: shallow });
    expect(commits).toEqual([
      { sha: last, parents: [begin], authoredAt: 3000, services: ['web'] },
      { sha: begin, parents: [], authoredAt: 2000, services: [] },
    ]);
  });

  test('takes no file name for a commit', async () => {
    const forged = `${'a'.repeat(40)} 1 1 `;
    const sha = await repository.commit({ a: '1', [forged]: '1', ':000000 x': '1', 'b\nc': '1' }, 1);
    const services = [{ service: 'odd', paths: [forged] }];
    expect((await read({ services })).commits).toEqual([
      { sha, parents: [], authoredAt: 1000, services: ['odd'] },
    ]);
  });

  test('makes its copy anew when it is damaged or a run that died has left a lock', async () => {
    const sha = await repository.commit({ a: '1' }, 1);
    await read();
    await repository.commit({ a: '2' }, 2);
    const mirror = path.join(root.root, `mirror-${count}`);
    await writeFile(path.join(mirror, 'refs/slipway/heads/main.lock'), '');
    expect((await read()).shas).toContain(sha);
  });

  test('keeps file contents out of its copy', async () => {
    await repository.commit({ secret: 'the content of the file' }, 1);
    const blob = await repository.git('rev-parse', 'HEAD:secret');
    await read();
    const mirror = path.join(root.root, `mirror-${count}`);
    const here = await repository
      .git('--git-dir', mirror, 'rev-list', '--all', '--objects', '--missing=print')
      .then((text) => text.split('\n'));
    expect(here).toContain(`?${blob}`);
  });
});

describe('a repository that means harm', () => {
  test('runs no program of its own: hooks, filters, signature checks', async () => {
    const proof = path.join(root.root, `proof-${count}`);
    const script = path.join(root.root, `script-${count}`);
    await writeFile(script, `#!/bin/sh\ntouch ${proof}\ncat\n`);
    await chmod(script, 0o755);
    await repository.commit({ a: '1', '.gitattributes': '* filter=x diff=x\n' }, 1);
    for (const [name, value] of [
      ['uploadpack.packObjectsHook', script],
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['core.alternateRefsCommand', script],
      ['diff.x.textconv', script],
      ['filter.x.smudge', script],
      ['gpg.program', script],
      ['log.showSignature', 'true'],
    ])
      await repository.git('config', name ?? '', value ?? '');
    const hooks = path.join(repository.directory, '.git/hooks');
    await mkdir(hooks, { recursive: true });
    for (const hook of ['pre-upload', 'post-checkout', 'reference-transaction'])
      await symlink(script, path.join(hooks, hook));
    expect((await read()).commits).toHaveLength(1);
    await expect(readFile(proof)).rejects.toThrow();
  });

  test('is not read through a symbolic link out of the listed folders', async () => {
    const link = path.join(root.root, `link-${count}`);
    await symlink('/etc', link);
    await expect(read({ from: link })).rejects.toThrow(/leads out of/);
    await expect(read({ from: `${root.root}/../..` })).rejects.toThrow(/not below one of those/);
    await expect(read({ from: path.join(root.root, 'nowhere') })).rejects.toThrow(/no folder/);
    await mkdir(path.join(root.root, `plain-${count}`));
    await expect(read({ from: path.join(root.root, `plain-${count}`) })).rejects.toThrow(/no Git repository/);
  });
});

describe('an https address', () => {
  test('is opened at the address that was checked, under its own name, and nowhere else', async () => {
    let heard = '';
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        socket.destroy();
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const rules = {
      roots: [],
      allowedHosts: ['git.corp.example'],
      resolve: async () => [{ address: '127.0.0.1', family: 4 as const }],
    };
    const source = await openSource(`https://git.corp.example:${port}/team/shop`, rules, 'the-token');
    const directory = path.join(root.root, `mirror-${count}`);
    await expect(refreshMirror({ directory, source, branches: [] })).rejects.toThrow(/git|host/i);
    expect(heard).toContain('git.corp.example');
    await new Promise((resolve) => server.close(resolve));
  });

  test('keeps the token out of the arguments and sends it to that origin only', async () => {
    const rules = {
      roots: [],
      allowedHosts: [],
      resolve: async () => [{ address: '140.82.121.3', family: 4 as const }],
    };
    const source = await openSource('https://git.example/team/shop', rules, 'the-token');
    expect(source.address).toBe('https://git.example/team/shop');
    expect(source.settings).toEqual([
      ['http.curloptResolve', 'git.example:443:140.82.121.3'],
      [
        'http.https://git.example.extraHeader',
        `Authorization: Basic ${Buffer.from('slipway:the-token').toString('base64')}`,
      ],
    ]);
  });

  test.each([
    ['http://git.example/a/b', /use https/],
    ['git@git.example:a/b', /use https/],
    ['ssh://git.example/a/b', /use https/],
    ['ext::sh -c true', /use https/],
    ['--upload-pack=true', /use https/],
    ['file:///etc', /use https/],
    ['https://me:secret@git.example/a/b', /access token/],
    ['https://git.example/a/b?x=1', /after the path/],
    ['https://git.example:8443/a/b', /usual port/],
    ['https://127.0.0.1/a/b', /SLIPWAY_ALLOWED_HOSTS/],
    ['https://[::1]/a/b', /SLIPWAY_ALLOWED_HOSTS/],
    ['https://2130706433/a/b', /SLIPWAY_ALLOWED_HOSTS/],
    ['https://0x7f.1/a/b', /SLIPWAY_ALLOWED_HOSTS/],
    ['https://169.254.169.254/latest', /SLIPWAY_ALLOWED_HOSTS/],
    ['/etc', /SLIPWAY_GIT_ROOTS/],
  ])('is refused as %s', async (location, sentence) => {
    await expect(openSource(location, { roots: [], allowedHosts: [] }, null)).rejects.toThrow(sentence);
  });
});
