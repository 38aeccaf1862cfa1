import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The rules of AGENTS.md that a machine can check. */
const root = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const sources = tracked.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
const isTest = (path: string) => /\.test\.tsx?$|\/testing(\/|\.ts$)|^e2e\/|^bench\//.test(path);
const product = sources.filter((path) => !isTest(path));
const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** What a file imports: project files as paths from the root, packages by name. */
const importsOf = (path: string): string[] =>
  [
    ...text(path).matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => {
      if (name.startsWith('#')) return name.slice(1);
      return name.startsWith('.') ? normalize(join(dirname(path), name)) : name;
    });

/** Sentences in comments and strings may use any word. */
const code = (path: string) => text(path).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|'[^'\n]*'|"[^"\n]*"/g, '');

const within = (folder: string) => product.filter((path) => path.startsWith(`${folder}/`));
const isProjectFile = (name: string) =>
  /^(app|components|lib|agent|prisma|demo|e2e|bench|server)(\/|\.ts$)/.test(name);

const zones: [folder: string, allowed: string[], packages: RegExp][] = [
  ['lib/domain', ['lib/domain'], /^(zod|simple-statistics)$/],
  ['lib/contract', ['lib/contract', 'lib/domain'], /^zod$/],
  ['lib/net', ['lib/net'], /^node:/],
  ['lib/git', ['lib/git', 'lib/net'], /^node:/],
  [
    'lib/data',
    ['lib/data', 'lib/domain', 'lib/contract', 'lib/env.ts', 'lib/log.ts', 'agent/src/protocol.ts'],
    /.*/,
  ],
  [
    'lib/services',
    [
      'lib/services',
      'lib/data',
      'lib/domain',
      'lib/contract',
      'lib/git',
      'lib/net',
      'lib/env.ts',
      'lib/log.ts',
      'lib/routes.ts',
      'lib/auth',
      'lib/telemetry.ts',
      'agent/src/protocol.ts',
    ],
    /.*/,
  ],
  [
    'lib/engine',
    [
      'lib/engine',
      'lib/services',
      'lib/data',
      'lib/domain',
      'lib/contract',
      'lib/log.ts',
      'lib/telemetry.ts',
    ],
    /.*/,
  ],
  [
    'lib/gateway',
    [
      'lib/gateway',
      'lib/engine',
      'lib/services',
      'lib/data',
      'lib/domain',
      'lib/contract',
      'lib/auth',
      'lib/http',
      'lib/log.ts',
      'lib/telemetry.ts',
      'lib/env.ts',
      'agent/src/protocol.ts',
    ],
    /.*/,
  ],
  [
    'lib/client',
    ['lib/client', 'lib/contract', 'lib/domain', 'lib/routes.ts', 'agent/src/protocol.ts'],
    /.*/,
  ],
  ['components', ['components', 'lib/client', 'lib/contract', 'lib/domain', 'lib/routes.ts'], /.*/],
  ['agent/src', ['agent/src', 'lib/domain'], /.*/],
];

describe('the architecture', () => {
  for (const [folder, allowed, packages] of zones) {
    it(`lets ${folder} import only ${allowed.join(', ')}`, () => {
      const wrong = within(folder).flatMap((path) =>
        importsOf(path)
          .filter((name) =>
            isProjectFile(name)
              ? !allowed.some((zone) => name === zone || name.startsWith(`${zone}/`))
              : !packages.test(name),
          )
          .map((name) => `${path} imports ${name}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  it('lets the agent reach the domain through one door only', () => {
    const wrong = within('agent/src').filter(
      (path) => path !== 'agent/src/domain.ts' && importsOf(path).some((name) => name.startsWith('lib/')),
    );
    expect(wrong).toEqual([]);
  });

  it('lets nothing but the app import the app', () => {
    const wrong = product.filter(
      (path) => !path.startsWith('app/') && importsOf(path).some((name) => name.startsWith('app/')),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps clock, chance and I/O out of the domain', () => {
    const impure =
      /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\bperformance\.|\bsetTimeout\b|\bprocess\.|\bconsole\./;
    expect(within('lib/domain').filter((path) => impure.test(code(path)))).toEqual([]);
  });

  it('reads the environment in one file', () => {
    const scope = product.filter(
      (path) => /^(app|components|lib|server\.ts)/.test(path) && path !== 'lib/env.ts',
    );
    expect(scope.filter((path) => /process\.env/.test(text(path)))).toEqual([]);
  });

  it('keeps Prisma under lib/data', () => {
    const wrong = product.filter(
      (path) =>
        !path.startsWith('lib/data/') && importsOf(path).some((name) => /generated\/|^@prisma\//.test(name)),
    );
    expect(wrong.filter((path) => !/^prisma/.test(path))).toEqual([]);
  });

  it('has no server actions', () => {
    expect(product.filter((path) => /^['"]use server['"]/m.test(text(path)))).toEqual([]);
  });

  it('handles socket messages only inside the one wrapper', () => {
    const raw = /\bsocket\.on\((?!'(?:disconnect|disconnecting|error)')/;
    expect(within('lib/gateway').filter((path) => !path.endsWith('/on.ts') && raw.test(text(path)))).toEqual(
      [],
    );
  });

  it('builds addresses of the console and the API in one file', () => {
    const handmade = /['"`]\/(?:api\/v1|releases|services|plans|agents)\b/;
    const scope = product.filter((path) => /^(app|components)\//.test(path) && !path.startsWith('app/api/'));
    expect(scope.filter((path) => handmade.test(text(path)))).toEqual([]);
  });

  it('holds no escape hatches', () => {
    const hatch = /:\s*any\b|<any>|\bas any\b/;
    const silenced = /@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore|eslint-disable/;
    expect(
      sources.filter(
        (path) =>
          path !== 'lib/architecture.test.ts' && (hatch.test(code(path)) || silenced.test(text(path))),
      ),
    ).toEqual([]);
  });

  it('keeps every file under 400 lines', () => {
    expect(sources.filter((path) => text(path).split('\n').length > 400)).toEqual([]);
  });

  it('uses at most ten effects in the console', () => {
    const effects = product
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) => text(path).match(/\buse(?:Layout)?Effect\(/g) ?? []);
    expect(effects.length).toBeLessThanOrEqual(10);
  });

  it('names only paths that exist in its guides', () => {
    const guides = tracked.filter((path) => path.endsWith('.md') && !path.includes('node_modules'));
    const wrong = guides.flatMap((guide) =>
      [
        ...text(guide).matchAll(
          /`((?:app|components|lib|prisma|agent|docs|demo|scripts|e2e|bench|deploy|\.ci)\/[\w./-]+)`/g,
        ),
      ]
        .map((match) => match[1] ?? '')
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${guide} names ${path}`),
    );
    expect(wrong).toEqual([]);
  });
});
