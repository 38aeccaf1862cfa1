import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaSql } from './testing/schema-sql.ts';
import { createBareDatabase, createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const COLUMNS = `
  SELECT format('%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
    || CASE WHEN a.attnotnull AND a.attndims = 0 THEN ' not null' ELSE '' END
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
const INDEXES = `
  SELECT pg_get_indexdef(i.indexrelid) AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition`;
const KEYS = `
  SELECT format('%s %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'u', 'f') AND NOT c.relispartition`;

/** Same meaning, other words. */
const SYNONYMS: [RegExp, string][] = [
  [/\bCURRENT_TIMESTAMP\b/g, 'now()'],
  [/'\{\}'::text\[\]/g, 'ARRAY[]::text[]'],
  [/ ON ONLY /g, ' ON '],
];

/** Everything that Prisma's language can say about a database, one fact a line. */
const describeDatabase = async (url: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const parts = [];
    for (const sql of [COLUMNS, INDEXES, KEYS]) parts.push(await client.query<{ line: string }>(sql));
    return (
      parts
        .flatMap(({ rows }) => rows.map(({ line }) => line))
        .map((line) => SYNONYMS.reduce((text, [from, to]) => text.replace(from, to), line))
        // The trigram index is there only where the database offers it, which Prisma's language cannot say.
        .filter((line) => !line.includes('_prisma_migrations') && !line.includes('gin_trgm_ops'))
        .sort()
    );
  } finally {
    await client.end();
  }
};

const describeSchema = async (schema: string): Promise<string[]> => {
  const database = await createBareDatabase();
  try {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(await schemaSql(schema, database.url));
    await client.end();
    return await describeDatabase(database.url);
  } finally {
    await database.drop();
  }
};

describe('schema.prisma and the migrations', () => {
  let database: TestDatabase;
  let schema: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    schema = await readFile(path.join(import.meta.dirname, '../../prisma/schema.prisma'), 'utf8');
  });
  afterAll(() => database.drop());

  test('describe the same tables, columns, types, defaults, indexes and keys', async () => {
    const migrated = await describeDatabase(database.url);
    expect(migrated.length).toBeGreaterThan(150);
    expect(migrated).toEqual(await describeSchema(schema));
  });

  test.each([
    ['a column', /^ {2}repository String\?\n/m, ''],
    ['a type', 'undoSeconds Int ', 'undoSeconds BigInt '],
    ['a nullability', 'repository String?', 'repository String'],
    ['a default', '@default("unknown")', '@default("yes")'],
    ['an index', '@@index([targetId])', ''],
    [
      'the condition of an index',
      'where: raw("outcome IS NULL"))\n  @@index([createdAt',
      'where: raw("reason IS NULL"))\n  @@index([createdAt',
    ],
    ['what happens to orphans', 'onDelete: SetNull', 'onDelete: Cascade'],
  ])('differ when %s of the schema drifts', async (_what, from, to) => {
    const drifted = schema.replace(from, to);
    expect(drifted).not.toBe(schema);
    expect(await describeSchema(drifted)).not.toEqual(await describeDatabase(database.url));
  });

  test('differ when a migration adds what the schema does not know', async () => {
    const other = await createTestDatabase();
    await other.pool.query('ALTER TABLE service ADD COLUMN forgotten text');
    expect(await describeDatabase(other.url)).not.toEqual(await describeSchema(schema));
    await other.drop();
  });
});
