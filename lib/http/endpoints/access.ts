import { z } from 'zod';
import { enrolRequestSchema, enrolResponseSchema } from '../../../agent/src/protocol.ts';
import { completeSetup, setupSchema } from '../../auth/first-administrator.ts';
import { agentSchema, agentsSchema, tokenCreateSchema } from '../../contract/config.ts';
import { idSchema, pageOf, timeSchema } from '../../contract/primitives.ts';
import { enrolAgent } from '../../services/agent/enrol.ts';
import { listAgents } from '../../services/agent/list.ts';
import { revokeAgent } from '../../services/agent/revoke.ts';
import { listLedger } from '../../services/ledger/list.ts';
import { createToken } from '../../services/token/create.ts';
import { listTokens } from '../../services/token/list.ts';
import { revokeToken } from '../../services/token/revoke.ts';
import { created, type Endpoint, ok } from '../endpoint.ts';

const api = '/api/v1';
const done = z.object({ done: z.literal(true) });
const ledgerQuery = z.strictObject({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
const tokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
});
const newTokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  token: z.string(),
  scopes: z.array(z.string()),
  expiresAt: timeSchema.nullable(),
});
const ledgerSchema = pageOf(
  z.object({
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
  }),
);
const meSchema = z.object({
  kind: z.enum(['person', 'token', 'engine', 'agent']),
  name: z.string(),
  role: z.string().nullable(),
  scopes: z.array(z.string()),
});

export const accessEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/me`,
    summary: 'Who you are and what you hold',
    tag: 'access',
    permission: 'release:read',
    answers: { 200: meSchema },
    handle: async ({ actor }) =>
      ok({
        kind: actor.kind,
        name: actor.name,
        role: actor.kind === 'person' ? actor.role : null,
        scopes: actor.kind === 'token' ? actor.scopes : [],
      }),
  },
  {
    method: 'POST',
    path: `${api}/setup`,
    summary: 'Make the first administrator with the one-time set-up link',
    tag: 'access',
    permission: null,
    body: setupSchema,
    answers: { 201: done },
    handlePublic: async ({ db }, { body }) => {
      await completeSetup(db, body);
      return created({ done: true });
    },
  },
  {
    method: 'GET',
    path: `${api}/agents`,
    summary: 'Agents, with what each target wants and shows',
    tag: 'agents',
    permission: 'config:read',
    answers: { 200: agentsSchema },
    handle: async (ctx) => ok(await listAgents(ctx)),
  },
  {
    method: 'POST',
    path: `${api}/agents/enrol`,
    summary: 'Enrol an agent with a one-time token',
    tag: 'agents',
    permission: null,
    body: enrolRequestSchema,
    answers: { 201: enrolResponseSchema },
    handlePublic: async ({ db, hostOrigin, now, requestId }, { body }) =>
      created(await enrolAgent(db, body, { origin: hostOrigin, now: now(), requestId })),
  },
  {
    method: 'POST',
    path: `${api}/agents/{id}/revoke`,
    summary: 'Revoke an agent; its connection is closed',
    tag: 'agents',
    permission: 'agent:enrol',
    body: z.strictObject({}),
    answers: { 200: agentSchema },
    handle: async (ctx, { params }) => ok(await revokeAgent(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'GET',
    path: `${api}/tokens`,
    summary: 'API tokens, without their secrets',
    tag: 'access',
    permission: 'token:manage',
    answers: { 200: pageOf(tokenSchema) },
    handle: async (ctx) => ok(await listTokens(ctx)),
  },
  {
    method: 'POST',
    path: `${api}/tokens`,
    summary: 'Create an API token; it is shown once',
    tag: 'access',
    permission: 'token:manage',
    body: tokenCreateSchema,
    answers: { 201: newTokenSchema },
    handle: async (ctx, { body }) => created(await createToken(ctx, tokenCreateSchema.parse(body))),
  },
  {
    method: 'POST',
    path: `${api}/tokens/{id}/revoke`,
    summary: 'Revoke an API token',
    tag: 'access',
    permission: 'token:manage',
    body: z.strictObject({}),
    answers: { 200: tokenSchema },
    handle: async (ctx, { params }) => ok(await revokeToken(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'GET',
    path: `${api}/ledger`,
    summary: 'Who did what, newest first',
    tag: 'access',
    permission: 'ledger:read',
    query: ledgerQuery,
    answers: { 200: ledgerSchema },
    handle: async (ctx, { query }) => ok(await listLedger(ctx, ledgerQuery.parse(query))),
  },
];
