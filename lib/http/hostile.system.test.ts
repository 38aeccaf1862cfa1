import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../contract/primitives.ts';
import { createWorld } from '../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { publishEnv } from '../env.ts';
import { contextOf } from '../services/testing/contexts.ts';
import { createToken } from '../services/token/create.ts';
import { allEndpoints } from './endpoints/all.ts';
import { type Ask, askEndpoint, nameOf } from './testing/ask.ts';

let database: TestDatabase;
let token = '';

beforeAll(async () => {
  database = await createTestDatabase();
  publishEnv({ databaseUrl: database.url, sessionSecret: 'a secret of this test, long enough' });
  await createWorld(database);
  token = (await createToken(contextOf(database, 'administrator'), { name: 'ci', scopes: ['admin'] })).token;
});
afterAll(() => database.drop());

const ask = (name: string, { headers, ...rest }: Ask) =>
  askEndpoint(name, { ...rest, headers: { authorization: `Bearer ${token}`, ...headers } });

const api = '/api/v1';
const target = { service: 'shop', cluster: 'shop-eu' };
const version = { digest: `sha256:${'a'.repeat(64)}` };
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const wide = (count: number) => `[${'1,'.repeat(count)}1]`;

/** What is sent, and the status and field of the refusal. */
const refused: [what: string, name: string, asked: Ask, status: number, path?: string][] = [
  ['a slug with NUL', `GET ${api}/services/{slug}`, { params: { slug: '\0' } }, 422, 'slug'],
  [
    'a part of a target with NUL',
    `GET ${api}/targets/{service}/{cluster}`,
    { params: { service: '\0', cluster: 'x' } },
    422,
    'service',
  ],
  ['an id with NUL', `GET ${api}/releases/{id}`, { params: { id: '\0' } }, 422, 'id'],
  ['an id that is none', `GET ${api}/releases/{id}`, { params: { id: "1' OR '1'='1" } }, 404],
  ['a cursor with NUL', `GET ${api}/services`, { query: '?cursor=%00' }, 422, 'cursor'],
  ['a cursor of parts with NUL', `GET ${api}/targets`, { query: '?cursor=%00/%00' }, 422, 'cursor'],
  ['a subject with NUL', `GET ${api}/ledger`, { query: '?subject=%00' }, 422, 'subject'],
  ['a parameter given twice', `GET ${api}/services`, { query: '?limit=1&limit=2' }, 422, 'limit'],
  ['an infinite limit', `GET ${api}/services`, { query: '?limit=1e400' }, 422, 'limit'],
  ['an empty limit', `GET ${api}/services`, { query: '?limit=' }, 422, 'limit'],
  ['a parameter named __proto__', `GET ${api}/services`, { query: '?__proto__=1' }, 422, '__proto__'],
  ['an unknown parameter', `GET ${api}/services`, { query: '?limits=1' }, 422, 'limits'],
  [
    'a number too large to keep',
    `PUT ${api}/services/{slug}/versions/{version}`,
    {
      params: { slug: 'shop', version: '2' },
      body: { ...version, schema: { oldest: 1, newest: 9007199254740991 } },
    },
    422,
    'schema.newest',
  ],
  [
    'a time after the year 9999',
    `PUT ${api}/services/{slug}/versions/{version}`,
    { params: { slug: 'shop', version: '2' }, body: { ...version, builtAt: '9999-12-31T23:59:59-14:00' } },
    422,
    'builtAt',
  ],
  [
    'a time in the year 0',
    `PUT ${api}/services/{slug}/versions/{version}`,
    { params: { slug: 'shop', version: '2' }, body: { ...version, builtAt: '0000-01-01T00:00:00Z' } },
    422,
    'builtAt',
  ],
  [
    'half a character',
    `PUT ${api}/environments/{slug}`,
    { params: { slug: 'e' }, body: '{"name":"\\ud800","tier":"production","rank":1}' },
    400,
  ],
  [
    'half a character as a key',
    `PUT ${api}/targets/{service}/{cluster}`,
    { params: target, body: '{"router":{"driver":"x","\\ud800":1},"source":{"driver":"x"}}' },
    400,
  ],
  ['a NUL', `POST ${api}/agents/enrol`, { body: '{"token":"\\u0000"}' }, 400],
  [
    'a NUL in YAML',
    `PUT ${api}/plans/{slug}`,
    { params: { slug: 'p' }, body: 'a: "\\0"', headers: { 'content-type': 'application/yaml' } },
    400,
  ],
  [
    'a very deep target',
    `PUT ${api}/targets/{service}/{cluster}`,
    { params: target, body: `{"router":{"driver":"x","a":${deep(50_000)}},"source":{"driver":"x"}}` },
    413,
  ],
  [
    'a very deep plan',
    `PUT ${api}/plans/{slug}`,
    { params: { slug: 'p' }, body: `{"a":${deep(100_000)}}` },
    413,
  ],
  [
    'a very wide target',
    `PUT ${api}/targets/{service}/{cluster}`,
    { params: target, body: `{"router":{"driver":"x","a":${wide(100_000)}},"source":{"driver":"x"}}` },
    413,
  ],
  [
    'a very wide YAML',
    `PUT ${api}/plans/{slug}`,
    { params: { slug: 'p' }, body: wide(130_000), headers: { 'content-type': 'application/yaml' } },
    413,
  ],
  ['a list for a plan', `PUT ${api}/plans/{slug}`, { params: { slug: 'p' }, body: '[]' }, 422, ''],
  ['nothing for a plan', `PUT ${api}/plans/{slug}`, { params: { slug: 'p' }, body: 'null' }, 422, ''],
  [
    'a slug that is none',
    `PUT ${api}/environments/{slug}`,
    { params: { slug: 'Bad Slug' }, body: { name: 'x', tier: 'production', rank: 1 } },
    422,
    'slug',
  ],
  [
    'an infinite rank',
    `PUT ${api}/environments/{slug}`,
    { params: { slug: 'e' }, body: '{"name":"x","tier":"production","rank":1e1000}' },
    422,
    'rank',
  ],
  [
    'a huge expected version',
    `POST ${api}/releases/{id}/advance`,
    { params: { id: randomUUID() }, body: { expectedVersion: 9007199254740991 } },
    404,
  ],
  [
    'a field where none is',
    `POST ${api}/clusters/{slug}/enrolments`,
    { params: { slug: 'shop-eu' }, body: { minutes: 500 } },
    422,
    'minutes',
  ],
  [
    'an Idempotency-Key with a space',
    `POST ${api}/plans/check`,
    { headers: { 'idempotency-key': 'a b' } },
    422,
  ],
  [
    'another content type',
    `POST ${api}/plans/check`,
    { body: 'a=1', headers: { 'content-type': 'text/plain' } },
    415,
  ],
  ['JSON that ends early', `POST ${api}/plans/check`, { body: '{"a":' }, 400],
];

describe('the API', () => {
  test.each(refused)('refuses %s, naming the field', async (_, name, asked, status, path) => {
    const answered = await ask(name, asked);
    expect(answered.status).toBe(status);
    const problem = problemSchema.parse(answered.body);
    expect(problem.detail).not.toMatch(/postgres|prisma|stack|undefined is not/i);
    if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path);
  });

  test('takes a cookie that is none for no session', async () => {
    for (const cookie of [
      'slipway.session=%',
      'slipway.session=',
      '=;;=',
      `slipway.session=${'a.'.repeat(9)}`,
    ]) {
      const { status, headers } = await askEndpoint(`GET ${api}/me`, { headers: { cookie } });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  const bodies = [
    '',
    '{}',
    '[]',
    'null',
    '0',
    '"x"',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"name":1}}',
    '{"a":1e999}',
    '\u{feff}{}',
  ];
  const words = [
    '',
    '..',
    '%2e%2e',
    "'; DROP TABLE release; --",
    'constructor',
    '__proto__',
    'ÿ',
    '🚀',
    'x'.repeat(5_000),
    randomUUID(),
  ];

  test('never fails by itself, whatever stands in address, search and body', async () => {
    const failures: string[] = [];
    for (const endpoint of allEndpoints)
      for (const [index, word] of words.entries()) {
        const params = Object.fromEntries(
          [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((found) => [found[1] ?? '', word]),
        );
        const query = `?cursor=${encodeURIComponent(word)}&q=${encodeURIComponent(word)}`;
        const body = bodies[index % bodies.length] ?? '';
        for (const search of ['', query]) {
          const { status, body: problem } = await ask(nameOf(endpoint), { params, query: search, body });
          if (status >= 500) failures.push(`${nameOf(endpoint)} ${word.slice(0, 20)} ${body}: ${status}`);
          if (status >= 400) problemSchema.parse(problem);
        }
      }
    expect(failures).toEqual([]);
  });
});
