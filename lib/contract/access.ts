/** People, API tokens and the ledger, as administrators see them. */
import { z } from 'zod';
import { idSchema, pageOf, slugSchema, textSchema, timeSchema } from './primitives.ts';

/** An API token without its secret. */
export const tokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(z.string()),
  /** Outside these a token only reads; null = everywhere. */
  service: slugSchema.nullable(),
  environment: slugSchema.nullable(),
  createdBy: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
});
export type TokenView = z.infer<typeof tokenSchema>;
export const tokensSchema = pageOf(tokenSchema);

/** The only answer that ever holds the secret. */
export const tokenCreatedSchema = z.object({
  id: idSchema,
  name: z.string(),
  token: z.string(),
  scopes: z.array(z.string()),
  expiresAt: timeSchema.nullable(),
});
export type TokenCreated = z.infer<typeof tokenCreatedSchema>;

export const roleSchema = z.enum(['viewer', 'operator', 'approver', 'administrator']);
export const userCreateSchema = z.strictObject({
  email: z.email('use an e-mail address').transform((email) => email.toLowerCase()),
  name: z.string().trim().min(1).max(120),
  role: roleSchema,
  /** Without one, only single sign-on lets this person in. */
  password: z.string().min(15, 'use at least 15 characters; a sentence is good').max(256).optional(),
});
export const userRoleSchema = z.strictObject({ role: roleSchema });
export const userSchema = z.object({
  id: idSchema,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  password: z.boolean(),
  disabled: z.boolean(),
  createdAt: timeSchema,
});
export type UserView = z.infer<typeof userSchema>;
export const usersSchema = pageOf(userSchema);

/** A role for one service, one environment, both, or (with neither) everywhere. */
export const grantCreateSchema = z
  .strictObject({
    email: z
      .email('use an e-mail address')
      .transform((email) => email.toLowerCase())
      .optional(),
    /** A group as the identity provider names it. */
    group: textSchema.min(1).max(200).optional(),
    role: roleSchema,
    service: slugSchema.optional(),
    environment: slugSchema.optional(),
  })
  .refine(({ email, group }) => (email === undefined) !== (group === undefined), {
    path: ['email'],
    error: 'name a person by email or a group, one of them',
  });
export const grantSchema = z.object({
  id: idSchema,
  user: z.object({ id: idSchema, email: z.string(), name: z.string() }).nullable(),
  group: z.string().nullable(),
  role: roleSchema,
  service: slugSchema.nullable(),
  environment: slugSchema.nullable(),
  createdBy: z.string(),
  createdAt: timeSchema,
});
export type GrantView = z.infer<typeof grantSchema>;
export const grantsSchema = pageOf(grantSchema);

export const ledgerEntrySchema = z.object({
  sequence: z.number().int(),
  at: timeSchema,
  actor: z.object({ kind: z.string(), name: z.string() }),
  action: z.string(),
  subject: z.string(),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
  previousHash: z.string(),
});
export type LedgerEntryView = z.infer<typeof ledgerEntrySchema>;
export const ledgerPageSchema = pageOf(ledgerEntrySchema);
