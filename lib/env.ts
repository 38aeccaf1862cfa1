/** The only place that reads the process's environment. Every variable is parsed once, with its fix in the error. */
import path from 'node:path';
import { z } from 'zod';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** The settings of a server; null = not set, the reader decides what stands in. */
export type Env = {
  production: boolean;
  port: number;
  host: string;
  /** null: embedded PostgreSQL under `dataDirectory`. */
  databaseUrl: string | null;
  /** Absolute; holds what Slipway keeps on this host: embedded database, keys made at the first start. */
  dataDirectory: string;
  /** Signs sessions; null: made once and kept in `dataDirectory`. */
  sessionSecret: string | null;
  /** Where people reach Slipway, without a slash at the end; null: derived from host and port. */
  publicUrl: string | null;
  admin: { email: string; password: string } | null;
  oidc: { issuer: string; clientId: string; clientSecret: string } | null;
  bootstrapToken: string | null;
  sampleRetentionDays: number;
  /** Encrypts secrets in the database; null: made once and kept in `dataDirectory`. */
  sealKey: string | null;
  /** Absolute folders below which repositories of this host may be read; empty: none. */
  gitRoots: readonly string[];
  /** Host names, or `*.domain`, that may be asked although they are not at public addresses. */
  allowedHosts: readonly string[];
  logLevel: LogLevel;
  /** What this server shows is the demo's; every page says so. */
  demo: boolean;
};

/** Thrown by `parseEnv`; `problems` has one line per variable, naming it and the fix. */
export class EnvError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The environment has ${problems.length === 1 ? 'a mistake' : 'mistakes'}:\n${problems.join('\n')}`);
    this.name = 'EnvError';
    this.problems = problems;
  }
}

let cached: Env | null = null;

/** The parsed environment of this process. Throws `EnvError`. */
export const env = (): Env => {
  cached ??= parseEnv(process.env);
  return cached;
};

/** An empty value counts as not set, as in a compose file with an unset variable. */
export const parseEnv = (source: Readonly<Record<string, string | undefined>>): Env => {
  const given = Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = envSchema.safeParse(given);
  if (!parsed.success)
    throw new EnvError(parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`));
  return toEnv(parsed.data);
};

/**
 * Writes what the start has found out back into the environment. The bundle that serves pages has its own
 * copy of every module and shares nothing with the server but this; next-auth reads its two names there too.
 */
export const publishEnv = (found: {
  databaseUrl?: string;
  sessionSecret?: string;
  /** Nobody named a public address: the sign-in believes the host that the browser addressed. */
  trustHost?: boolean;
}): void => {
  if (found.databaseUrl) process.env.DATABASE_URL = found.databaseUrl;
  if (found.sessionSecret) process.env.NEXTAUTH_SECRET = found.sessionSecret;
  if (found.trustHost) process.env.AUTH_TRUST_HOST = 'true';
  cached = null;
};

/** The log level alone; never throws, so that a mistake elsewhere can still be logged. */
export const logLevel = (): LogLevel => levelSchema.catch('info').parse(process.env.SLIPWAY_LOG_LEVEL);

const levelSchema = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    error: 'use one of trace, debug, info, warn, error, fatal, silent',
  })
  .default('info');

const integer = (min: number, max: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `use a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max, `use a whole number from ${min} to ${max}`))
    .default(otherwise);

const webUrl = z
  .url({ protocol: /^https?$/, error: 'use a full address such as https://slipway.example.org' })
  .transform((url) => url.replace(/\/+$/, ''));

/** Commas stand between the parts; blanks around them mean nothing. */
const listOf = (part: z.ZodType<string, string>) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    )
    .pipe(z.array(part));

const envSchema = z
  .object({
    NODE_ENV: z.string().optional(),
    PORT: integer(0, 65_535, 3000),
    HOST: z.string().default('127.0.0.1'),
    DATABASE_URL: z
      .url({
        protocol: /^postgres(ql)?$/,
        error: 'use postgresql://user:password@host:port/database, or unset it for the embedded database',
      })
      .optional(),
    SLIPWAY_DATA_DIR: z.string().default('.slipway'),
    NEXTAUTH_SECRET: z
      .string()
      .min(32, 'use at least 32 characters, for example the output of: openssl rand -base64 33')
      .optional(),
    NEXTAUTH_URL: webUrl.optional(),
    SLIPWAY_ADMIN_EMAIL: z.email('use an e-mail address').optional(),
    SLIPWAY_ADMIN_PASSWORD: z
      .string()
      .min(8, 'use at least 8 characters, better 15')
      .max(256, 'use at most 256 characters')
      .optional(),
    SLIPWAY_OIDC_ISSUER: webUrl.optional(),
    SLIPWAY_OIDC_CLIENT_ID: z.string().optional(),
    SLIPWAY_OIDC_CLIENT_SECRET: z.string().optional(),
    SLIPWAY_BOOTSTRAP_TOKEN: z
      .string()
      .min(32, 'use at least 32 characters, for example the output of: openssl rand -hex 32')
      .optional(),
    SLIPWAY_SAMPLE_RETENTION_DAYS: integer(1, 3650, 14),
    SLIPWAY_SEAL_KEY: z
      .string()
      .min(32, 'use at least 32 characters, for example the output of: openssl rand -base64 33')
      .optional(),
    SLIPWAY_GIT_ROOTS: listOf(
      z.string().startsWith('/', 'use absolute folders with commas between them, such as /srv/git'),
    ),
    SLIPWAY_ALLOWED_HOSTS: listOf(
      z
        .string()
        .regex(
          /^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/,
          'use host names with commas between them, such as git.example.org, *.corp.example',
        ),
    ),
    SLIPWAY_LOG_LEVEL: levelSchema,
    SLIPWAY_DEMO: z.enum(['0', '1'], { error: 'use 1 for the demo, or unset it' }).default('0'),
  })
  .superRefine((given, context) => {
    for (const names of TOGETHER) {
      const missing = names.filter((name) => given[name] === undefined);
      if (missing.length === names.length) continue;
      for (const name of missing)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `${names.join(', ')} are used together: set it too, or unset the others`,
        });
    }
  });

const TOGETHER = [
  ['SLIPWAY_ADMIN_EMAIL', 'SLIPWAY_ADMIN_PASSWORD'],
  ['SLIPWAY_OIDC_ISSUER', 'SLIPWAY_OIDC_CLIENT_ID', 'SLIPWAY_OIDC_CLIENT_SECRET'],
] as const;

const toEnv = (given: z.output<typeof envSchema>): Env => ({
  production: given.NODE_ENV === 'production',
  port: given.PORT,
  host: given.HOST,
  databaseUrl: given.DATABASE_URL ?? null,
  dataDirectory: path.resolve(given.SLIPWAY_DATA_DIR),
  sessionSecret: given.NEXTAUTH_SECRET ?? null,
  publicUrl: given.NEXTAUTH_URL ?? null,
  admin:
    given.SLIPWAY_ADMIN_EMAIL && given.SLIPWAY_ADMIN_PASSWORD
      ? { email: given.SLIPWAY_ADMIN_EMAIL, password: given.SLIPWAY_ADMIN_PASSWORD }
      : null,
  oidc:
    given.SLIPWAY_OIDC_ISSUER && given.SLIPWAY_OIDC_CLIENT_ID && given.SLIPWAY_OIDC_CLIENT_SECRET
      ? {
          issuer: given.SLIPWAY_OIDC_ISSUER,
          clientId: given.SLIPWAY_OIDC_CLIENT_ID,
          clientSecret: given.SLIPWAY_OIDC_CLIENT_SECRET,
        }
      : null,
  bootstrapToken: given.SLIPWAY_BOOTSTRAP_TOKEN ?? null,
  sampleRetentionDays: given.SLIPWAY_SAMPLE_RETENTION_DAYS,
  sealKey: given.SLIPWAY_SEAL_KEY ?? null,
  gitRoots: given.SLIPWAY_GIT_ROOTS.map((root) => path.resolve(root)),
  allowedHosts: given.SLIPWAY_ALLOWED_HOSTS,
  logLevel: given.SLIPWAY_LOG_LEVEL,
  demo: given.SLIPWAY_DEMO === '1',
});
