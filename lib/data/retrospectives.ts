/** Stored retrospectives: written once as a draft, read with everything that people added. */
import { z } from 'zod';
import { draftSchema, type RetrospectiveDraft } from '../domain/retrospective/draft-schema.ts';
import type { Database, Queryable, Transaction } from './database.ts';

/** Stores a draft; answers with its id, or null when the release has one already. */
export const insertRetrospective = async (
  client: Transaction,
  row: { releaseId: string; draft: RetrospectiveDraft; draftedBy: string; at: Date },
): Promise<string | null> => {
  const { rows } = await client.query(
    `INSERT INTO retrospective (release_id, draft, drafted_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (release_id) DO NOTHING RETURNING id`,
    [row.releaseId, JSON.stringify(row.draft), row.draftedBy, row.at],
  );
  return z.array(idRow).parse(rows)[0]?.id ?? null;
};

export const retrospectiveIdOf = async (client: Queryable, releaseId: string): Promise<string | null> => {
  const { rows } = await client.query('SELECT id FROM retrospective WHERE release_id = $1', [releaseId]);
  return z.array(idRow).parse(rows)[0]?.id ?? null;
};

/** What stands on the row itself, locked until the end of the transaction; null when there is none. */
export const lockRetrospective = async (
  client: Transaction,
  id: string,
): Promise<{ version: number; items: number; checked: Checked } | null> => {
  const { rows } = await client.query(
    `SELECT version, checked, jsonb_array_length(draft->'timeline') AS items FROM retrospective
     WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return z.array(lockedRow).parse(rows)[0] ?? null;
};

export type Checked = z.infer<typeof checkedSchema>;
export type Texts = {
  blameless?: boolean | undefined;
  summary?: string | null | undefined;
  wentWell?: string | null | undefined;
  lucky?: string | null | undefined;
};

/** Fields that are undefined stay as they are. */
export const updateTexts = async (client: Transaction, id: string, texts: Texts): Promise<void> => {
  const columns = [
    ['blameless', texts.blameless],
    ['summary', texts.summary],
    ['went_well', texts.wentWell],
    ['lucky', texts.lucky],
  ].filter(([, value]) => value !== undefined);
  if (columns.length === 0) return;
  const sets = columns.map(([name], index) => `${name} = $${index + 2}`);
  await client.query(`UPDATE retrospective SET ${sets.join(', ')} WHERE id = $1`, [
    id,
    ...columns.map(([, value]) => value),
  ]);
};

/** Counts a change of the document, so that signatures show what they are about. */
export const bumpVersion = async (client: Transaction, id: string, at: Date): Promise<void> => {
  await client.query('UPDATE retrospective SET version = version + 1, updated_at = $2 WHERE id = $1', [
    id,
    at,
  ]);
};

export const updateChecked = async (client: Transaction, id: string, checked: Checked): Promise<void> => {
  await client.query('UPDATE retrospective SET checked = $2 WHERE id = $1', [id, JSON.stringify(checked)]);
};

/** One retrospective with all its parts in the order of their writing; null when there is none. */
export const readRetrospective = async ({ prisma }: Database, id: string) => {
  const order = { orderBy: [{ createdAt: 'asc' as const }, { id: 'asc' as const }] };
  const row = await prisma.retrospective.findUnique({
    where: { id },
    include: {
      notes: order,
      factors: order,
      actionItems: order,
      comments: order,
      signOffs: { orderBy: { at: 'asc' } },
      release: { select: { falseAlarm: true } },
    },
  });
  if (!row) return null;
  return { ...row, draft: draftSchema.parse(row.draft), checked: checkedSchema.parse(row.checked) };
};
export type StoredRetrospective = NonNullable<Awaited<ReturnType<typeof readRetrospective>>>;

const checkedSchema = z.record(z.string(), z.object({ by: z.string(), at: z.string() }));
const idRow = z.object({ id: z.string() });
const lockedRow = z.object({ version: z.number(), items: z.number(), checked: checkedSchema });
