import type { z } from 'zod';
import { UsageError } from '../../agent/src/cli/exit.ts';
import { newSecret } from '../auth/secrets.ts';
import { type TokenView, userCreateSchema } from '../contract/access.ts';
import { tokenCreateSchema } from '../contract/config.ts';
import { createToken as create } from '../services/token/create.ts';
import { listTokens as list } from '../services/token/list.ts';
import { revokeToken as revoke } from '../services/token/revoke.ts';
import { createUser as makeUser } from '../services/user/create.ts';
import { withLocalContext } from './local-context.ts';

type Json = { json?: boolean };

/** Prints the token alone on standard output, so that a script can take it, and the rest beside it. */
export const createToken = async (
  options: Json & { name: string; scopes: string; expiresInDays?: string },
): Promise<void> => {
  const input = parseFlags(tokenCreateSchema, {
    name: options.name,
    scopes: options.scopes.split(',').map((scope) => scope.trim()),
    ...(options.expiresInDays === undefined ? {} : { expiresInDays: Number(options.expiresInDays) }),
  });
  const token = await withLocalContext((ctx) => create(ctx, input));
  if (options.json) return print(token);
  console.log(token.token);
  const end = token.expiresAt === null ? 'does not expire' : `expires at ${token.expiresAt}`;
  console.error(`Token ${token.name} (${token.id}) ${end}. It is shown this once.`);
};

export const listTokens = async (options: Json): Promise<void> => {
  const tokens = await withLocalContext(async (ctx) => {
    const all: TokenView[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await list(ctx, { cursor });
      all.push(...page.items);
      cursor = page.next ?? undefined;
      more = page.next !== null;
    }
    return all;
  });
  if (options.json) return print({ items: tokens });
  if (tokens.length === 0) console.log('There are no tokens.');
  const now = new Date().toISOString();
  for (const token of tokens)
    console.log([token.id, token.name, token.scopes.join(','), standing(token, now)].join('\t'));
};

export const revokeToken = async (id: string, options: Json): Promise<void> => {
  const token = await withLocalContext((ctx) => revoke(ctx, { id }));
  if (options.json) print(token);
  else console.log(`Token ${token.name} is revoked`);
};

/** Without `password` one is made and printed. */
export const createUser = async (
  options: Json & { email: string; name: string; role: string },
  password: string | undefined,
): Promise<void> => {
  const { email, name, role } = options;
  const secret = password ?? newSecret();
  const input = parseFlags(userCreateSchema, { email, name, role, password: secret });
  const user = await withLocalContext((ctx) => makeUser(ctx, input));
  const made = password === undefined ? { initialPassword: secret } : {};
  if (options.json) return print({ ...user, ...made });
  console.log(`${user.email} is ${user.role}`);
  if (password === undefined) console.log(`Password (shown this once): ${secret}`);
};

const print = (value: unknown): void => console.log(JSON.stringify(value));

const standing = (token: TokenView, now: string): string => {
  if (token.revokedAt !== null) return `revoked ${token.revokedAt}`;
  if (token.expiresAt !== null && token.expiresAt <= now) return `expired ${token.expiresAt}`;
  return token.lastUsedAt === null ? 'never used' : `last used ${token.lastUsedAt}`;
};

/** Names the flag and the fix of everything that is wrong. Throws `UsageError`. */
const parseFlags = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues.map(({ path, message }) => `${flagOf(String(path[0] ?? ''))}: ${message}`).join('\n'),
  );
};

/** `expiresInDays` as `--expires-in-days`. */
const flagOf = (field: string): string =>
  `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
