/** People as administrators see them. */
import { z } from 'zod';
import type { Role } from '../../domain/release/types.ts';
import type { Database, Queryable, Transaction } from '../database.ts';

export type StoredUser = {
  id: string;
  email: string;
  name: string;
  role: Role;
  password: boolean;
  disabled: boolean;
  createdAt: Date;
};

/** In the order of e-mail addresses, after `after`; or only the one with `id`. */
export const readUsers = async (
  { prisma }: Database,
  filter: { id?: string; after?: string | undefined; limit: number },
): Promise<StoredUser[]> => {
  const rows = await prisma.user.findMany({
    where: {
      ...(filter.id === undefined ? {} : { id: filter.id }),
      ...(filter.after === undefined ? {} : { email: { gt: filter.after } }),
    },
    orderBy: { email: 'asc' },
    take: filter.limit,
  });
  return rows.map(({ id, email, name, role, passwordHash, disabledAt, createdAt }) => ({
    id,
    email,
    name,
    role: roleSchema.parse(role),
    password: passwordHash !== null,
    disabled: disabledAt !== null,
    createdAt,
  }));
};

/** The new user's id; null, and nothing stored, when the address is taken. */
export const insertUser = async (
  client: Queryable,
  user: { email: string; name: string; role: Role; passwordHash: string | null },
): Promise<string | null> => {
  const { rows } = await client.query(
    `INSERT INTO "user" (email, name, role, password_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (email) DO NOTHING RETURNING id`,
    [user.email, user.name, user.role, user.passwordHash],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

/** Locks the user's row, so that two changes of roles cannot cross. */
export const lockRole = async (client: Transaction, id: string): Promise<Role | null> => {
  const { rows } = await client.query('SELECT role FROM "user" WHERE id = $1 FOR UPDATE', [id]);
  return z.array(z.object({ role: roleSchema })).parse(rows)[0]?.role ?? null;
};

export const storeRole = async (client: Queryable, id: string, role: Role): Promise<void> => {
  await client.query('UPDATE "user" SET role = $2 WHERE id = $1', [id, role]);
};

/** True when somebody else could still administer after this one. */
export const hasOtherAdministrator = async (client: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    `SELECT 1 FROM "user" WHERE role = 'administrator' AND disabled_at IS NULL AND id <> $1 LIMIT 1`,
    [id],
  );
  return rowCount === 1;
};

const roleSchema = z.enum(['viewer', 'operator', 'approver', 'administrator']) satisfies z.ZodType<Role>;
