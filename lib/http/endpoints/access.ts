import { z } from 'zod';
import { enrolRequestSchema, enrolResponseSchema } from '../../../agent/src/protocol.ts';
import { Attempts } from '../../auth/attempts.ts';
import { completeSetup, setupSchema } from '../../auth/first-administrator.ts';
import {
  grantCreateSchema,
  grantSchema,
  grantsSchema,
  ledgerPageSchema,
  roleSchema,
  tokenCreatedSchema,
  tokenSchema,
  tokensSchema,
  userCreateSchema,
  userRoleSchema,
  userSchema,
  usersSchema,
} from '../../contract/access.ts';
import { agentSchema, agentsSchema, tokenCreateSchema } from '../../contract/config.ts';
import { ledgerQuerySchema, pageQuerySchema } from '../../contract/page.ts';
import { enrolAgent } from '../../services/agent/enrol.ts';
import { listAgents } from '../../services/agent/list.ts';
import { revokeAgent } from '../../services/agent/revoke.ts';
import { ServiceError } from '../../services/errors.ts';
import { createGrant } from '../../services/grant/create.ts';
import { deleteGrant } from '../../services/grant/delete.ts';
import { listGrants } from '../../services/grant/list.ts';
import { listLedger } from '../../services/ledger/list.ts';
import { createToken } from '../../services/token/create.ts';
import { listTokens } from '../../services/token/list.ts';
import { revokeToken } from '../../services/token/revoke.ts';
import { createUser } from '../../services/user/create.ts';
import { listUsers } from '../../services/user/list.ts';
import { setRole } from '../../services/user/set-role.ts';
import { created, type Endpoint, ok, type PublicContext, put } from '../endpoint.ts';

const api = '/api/v1';
const empty = z.strictObject({});
const done = z.object({ done: z.literal(true) });
const meSchema = z.object({
  kind: z.enum(['person', 'token', 'engine', 'agent']),
  name: z.string(),
  role: z.string().nullable(),
  scopes: z.array(z.string()),
  /** Roles that hold for one service or environment only. */
  grants: z.array(
    z.object({
      role: roleSchema,
      service: z.string().nullable(),
      environment: z.string().nullable(),
    }),
  ),
});

const strangers = new Attempts();

/** Doors that nobody has to sign in for are tried a few times, not forever: each refusal is written down. */
const limited = async <T>({ address, now }: PublicContext, work: () => Promise<T>): Promise<T> => {
  if (strangers.isBlocked(address, now()))
    throw new ServiceError(
      'rate-limited',
      'Too many refused attempts from this address; wait a quarter of an hour.',
    );
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'unauthenticated') strangers.failed(address, now());
    throw error;
  }
};

const agentEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/agents`,
    summary: 'Agents, with what each target wants and shows',
    tag: 'agents',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: agentsSchema },
    handle: async (ctx, { query }) => ok(await listAgents(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'POST',
    path: `${api}/agents/enrol`,
    summary: 'Enrol an agent with a one-time token',
    tag: 'agents',
    permission: null,
    body: enrolRequestSchema,
    answers: { 201: enrolResponseSchema },
    handlePublic: (ctx, { body }) =>
      limited(ctx, async () =>
        created(
          await enrolAgent(ctx.db, body, {
            origin: ctx.hostOrigin,
            now: ctx.now(),
            requestId: ctx.requestId,
          }),
        ),
      ),
  },
  {
    method: 'POST',
    path: `${api}/agents/{id}/revoke`,
    summary: 'Revoke an agent; its connection is closed',
    tag: 'agents',
    permission: 'agent:enrol',
    body: empty,
    answers: { 200: agentSchema },
    handle: async (ctx, { params, body }) => {
      empty.parse(body);
      return ok(await revokeAgent(ctx, { id: params.id ?? '' }));
    },
  },
];

const tokenEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/tokens`,
    summary: 'API tokens, without their secrets',
    tag: 'access',
    permission: 'token:manage',
    query: pageQuerySchema,
    answers: { 200: tokensSchema },
    handle: async (ctx, { query }) => ok(await listTokens(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'POST',
    path: `${api}/tokens`,
    summary: 'Create an API token; it is shown once',
    tag: 'access',
    permission: 'token:manage',
    body: tokenCreateSchema,
    once: true,
    answers: { 201: tokenCreatedSchema },
    handle: async (ctx, { body }) => created(await createToken(ctx, tokenCreateSchema.parse(body))),
  },
  {
    method: 'POST',
    path: `${api}/tokens/{id}/revoke`,
    summary: 'Revoke an API token',
    tag: 'access',
    permission: 'token:manage',
    body: empty,
    answers: { 200: tokenSchema },
    handle: async (ctx, { params, body }) => {
      empty.parse(body);
      return ok(await revokeToken(ctx, { id: params.id ?? '' }));
    },
  },
];

const userEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/users`,
    summary: 'People and their roles',
    tag: 'access',
    permission: 'user:manage',
    query: pageQuerySchema,
    answers: { 200: usersSchema },
    handle: async (ctx, { query }) => ok(await listUsers(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'POST',
    path: `${api}/users`,
    summary: 'Add a person',
    tag: 'access',
    permission: 'user:manage',
    body: userCreateSchema,
    answers: { 201: userSchema },
    handle: async (ctx, { body }) => created(await createUser(ctx, userCreateSchema.parse(body))),
  },
  {
    method: 'PUT',
    path: `${api}/users/{id}/role`,
    summary: 'Give a person another role',
    tag: 'access',
    permission: 'user:manage',
    body: userRoleSchema,
    answers: { 200: userSchema },
    handle: async (ctx, { params, body }) =>
      ok(await setRole(ctx, { ...userRoleSchema.parse(body), id: params.id ?? '' })),
  },
];

const grantEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/role-grants`,
    summary: 'Who holds which role for which service and environment',
    tag: 'access',
    permission: 'user:manage',
    query: pageQuerySchema,
    answers: { 200: grantsSchema },
    handle: async (ctx, { query }) => ok(await listGrants(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'POST',
    path: `${api}/role-grants`,
    summary: 'Give a person or a group a role for a service, an environment, or everywhere',
    tag: 'access',
    permission: 'user:manage',
    body: grantCreateSchema,
    answers: { 200: grantSchema, 201: grantSchema },
    handle: async (ctx, { body }) => put(await createGrant(ctx, body)),
  },
  {
    method: 'DELETE',
    path: `${api}/role-grants/{id}`,
    summary: 'Take a grant away',
    tag: 'access',
    permission: 'user:manage',
    answers: { 200: grantSchema },
    handle: async (ctx, { params }) => ok(await deleteGrant(ctx, { id: params.id ?? '' })),
  },
];

const otherEndpoints: Endpoint[] = [
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
        grants: actor.kind === 'person' ? (actor.grants ?? []) : [],
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
    handlePublic: (ctx, { body }) =>
      limited(ctx, async () => {
        await completeSetup(ctx.db, body);
        return created({ done: true });
      }),
  },
  {
    method: 'GET',
    path: `${api}/ledger`,
    summary: 'Who did what, newest first',
    tag: 'access',
    permission: 'ledger:read',
    query: ledgerQuerySchema,
    answers: { 200: ledgerPageSchema },
    handle: async (ctx, { query }) => ok(await listLedger(ctx, ledgerQuerySchema.parse(query))),
  },
];

export const accessEndpoints: Endpoint[] = [
  ...agentEndpoints,
  ...tokenEndpoints,
  ...userEndpoints,
  ...grantEndpoints,
  ...otherEndpoints,
];
