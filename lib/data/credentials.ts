/** What proves who somebody is, as the database keeps it: only hashes of sessions, tokens and passwords. */
import { z } from 'zod';
import type { Bounds, Grant } from '../domain/policy/grants.ts';
import type { Role } from '../domain/release/types.ts';
import type { Queryable } from './database.ts';
import { notify } from './notify.ts';

export const SESSION_IDLE_HOURS = 12;
export const SESSION_DAYS_MAX = 7;

const roleSchema = z.enum(['viewer', 'operator', 'approver', 'administrator']) satisfies z.ZodType<Role>;
const userSchema = z.object({ id: z.string(), email: z.string(), name: z.string(), role: roleSchema });
export type KnownUser = z.infer<typeof userSchema>;

const boundsShape = { service: z.string().nullable(), environment: z.string().nullable() };
const grantSchema = z.object({ role: roleSchema, ...boundsShape }) satisfies z.ZodType<Grant>;

/** The user of a session that is neither ended, expired nor idle; null otherwise. Notes the visit, at most once a minute. */
export const findSession = async (
  db: Queryable,
  tokenHash: string,
): Promise<{ sessionId: string; user: KnownUser; grants: Grant[]; groups: string[] } | null> => {
  const { rows } = await db.query(
    `WITH found AS (
       SELECT s.id AS session_id, s.last_seen_at, u.id, u.email, u.name, u.role, s.groups FROM session s JOIN "user" u ON u.id = s.user_id
       WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND u.disabled_at IS NULL
         AND s.last_seen_at > now() - make_interval(hours => $2)
     ), visit AS (
       UPDATE session SET last_seen_at = now() FROM found
       WHERE session.id = found.session_id AND found.last_seen_at < now() - interval '1 minute'
     )
     SELECT found.*, (
       SELECT coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'service', sv.slug, 'environment', e.slug)), '[]')
       FROM role_grant g LEFT JOIN service sv ON sv.id = g.service_id LEFT JOIN environment e ON e.id = g.environment_id
       WHERE g.user_id = found.id OR g.group_name = ANY(found.groups)
     ) AS grants FROM found`,
    [tokenHash, SESSION_IDLE_HOURS],
  );
  const row = z
    .array(
      userSchema.extend({
        session_id: z.string(),
        grants: z.array(grantSchema),
        groups: z.array(z.string()),
      }),
    )
    .parse(rows)[0];
  return row
    ? {
        sessionId: row.session_id,
        user: { id: row.id, email: row.email, name: row.name, role: row.role },
        grants: row.grants,
        groups: row.groups,
      }
    : null;
};

export const insertSession = async (
  db: Queryable,
  session: { tokenHash: string; userId: string; userAgent: string | null; groups?: readonly string[] },
): Promise<void> => {
  await db.query(
    `INSERT INTO session (token_hash, user_id, user_agent, expires_at, groups)
     VALUES ($1, $2, $3, now() + make_interval(days => $4), $5)`,
    [
      session.tokenHash,
      session.userId,
      session.userAgent?.slice(0, 300) ?? null,
      SESSION_DAYS_MAX,
      session.groups ?? [],
    ],
  );
};

/** Ends a session at once, everywhere. Repeatable. */
export const endSession = async (db: Queryable, tokenHash: string): Promise<void> => {
  const { rowCount } = await db.query(
    'UPDATE session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL',
    [tokenHash],
  );
  if (rowCount) await notify(db, [{ kind: 'session-ended' }]);
};

/** A user with a password by e-mail, for signing in; null when there is none or it is disabled. */
export const findUserByEmail = async (
  db: Queryable,
  email: string,
): Promise<(KnownUser & { passwordHash: string }) | null> => {
  const { rows } = await db.query(
    `SELECT id, email, name, role, password_hash AS "passwordHash" FROM "user"
     WHERE email = $1 AND disabled_at IS NULL AND password_hash IS NOT NULL`,
    [email],
  );
  return z.array(userSchema.extend({ passwordHash: z.string() })).parse(rows)[0] ?? null;
};

export const hasAdministrator = async (db: Queryable): Promise<boolean> => {
  const { rows } = await db.query(
    `SELECT 1 FROM "user" WHERE role = 'administrator' AND disabled_at IS NULL LIMIT 1`,
  );
  return rows.length > 0;
};

/** Makes a user, or gives an existing one this name, password and role. Answers with its id. */
export const upsertUser = async (
  db: Queryable,
  user: { email: string; name: string; passwordHash: string; role: Role },
): Promise<string> => {
  const { rows } = await db.query(
    `INSERT INTO "user" (email, name, password_hash, role) VALUES ($1, $2, $3, $4)
     ON CONFLICT (email) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash, role = excluded.role, disabled_at = NULL
     RETURNING id`,
    [user.email, user.name, user.passwordHash, user.role],
  );
  return z.object({ id: z.string() }).parse(rows[0]).id;
};

export const insertSetupLink = async (db: Queryable, tokenHash: string): Promise<void> => {
  await db.query(`INSERT INTO setup_link (token_hash, expires_at) VALUES ($1, now() + interval '24 hours')`, [
    tokenHash,
  ]);
};

/** True once for a link that is still open; a second use gets false. */
export const useSetupLink = async (db: Queryable, tokenHash: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    'UPDATE setup_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()',
    [tokenHash],
  );
  return rowCount === 1;
};

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  creator_id: z.string().nullable(),
  ...boundsShape,
});
/** `bounds` are left out where the token holds everywhere. */
export type KnownToken = { id: string; name: string; scopes: string[]; bounds?: Bounds; createdBy?: string };

/** An API token that is neither revoked nor expired; notes its use, at most once a minute. */
export const findApiToken = async (db: Queryable, hash: string): Promise<KnownToken | null> => {
  const { rows } = await db.query(
    `WITH found AS (
       SELECT id, name, scopes, creator_id, last_used_at, service_id, environment_id FROM api_token
       WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
     ), used AS (
       UPDATE api_token SET last_used_at = now() FROM found
       WHERE api_token.id = found.id AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
     )
     SELECT found.id, found.name, found.scopes, found.creator_id, s.slug AS service, e.slug AS environment FROM found
     LEFT JOIN service s ON s.id = found.service_id LEFT JOIN environment e ON e.id = found.environment_id`,
    [hash],
  );
  const row = z.array(tokenSchema).parse(rows)[0];
  if (!row) return null;
  const { service, environment, creator_id: createdBy, ...known } = row;
  const token = createdBy === null ? known : { ...known, createdBy };
  return service === null && environment === null ? token : { ...token, bounds: { service, environment } };
};
