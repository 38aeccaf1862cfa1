import { z } from 'zod';
import {
  deliveriesSchema,
  incidentSourcePutSchema,
  incidentSourceSchema,
  incidentSourceSecretSchema,
  incidentSourceSecretViewSchema,
  incidentSourcesSchema,
  webhookAnswerSchema,
} from '../../contract/incident-source.ts';
import { pageQuerySchema } from '../../contract/page.ts';
import {
  repositoriesSchema,
  repositoryPutSchema,
  repositoryReadSchema,
  repositorySchema,
} from '../../contract/repository.ts';
import { listDeliveries } from '../../services/incident-source/deliveries.ts';
import { getIncidentSource } from '../../services/incident-source/get.ts';
import { listIncidentSources } from '../../services/incident-source/list.ts';
import { putIncidentSource } from '../../services/incident-source/put.ts';
import { setIncidentSourceSecret } from '../../services/incident-source/set-secret.ts';
import { getRepository } from '../../services/repository/get.ts';
import { listRepositories } from '../../services/repository/list.ts';
import { putRepository } from '../../services/repository/put.ts';
import { readRepository } from '../../services/repository/read.ts';
import { receiveWebhook } from '../../services/webhook/receive.ts';
import { created, type Endpoint, ok, put } from '../endpoint.ts';

const api = '/api/v1';
const empty = z.strictObject({});

const repositoryEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/repositories`,
    summary: 'Git repositories whose history is read',
    tag: 'repositories',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: repositoriesSchema },
    handle: async (ctx, { query }) => ok(await listRepositories(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${api}/repositories/{slug}`,
    summary: 'One repository',
    tag: 'repositories',
    permission: 'config:read',
    answers: { 200: repositorySchema },
    handle: async (ctx, { params }) => ok(await getRepository(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/repositories/{slug}`,
    summary: 'Declare a repository and which of its paths belong to which service',
    tag: 'repositories',
    permission: 'config:write',
    body: repositoryPutSchema,
    answers: { 200: repositorySchema, 201: repositorySchema },
    handle: async (ctx, { params, body }) => put(await putRepository(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'POST',
    path: `${api}/repositories/{slug}/read`,
    summary: 'Read what is new in a repository now',
    tag: 'repositories',
    permission: 'config:write',
    body: empty,
    answers: { 200: repositoryReadSchema },
    handle: async (ctx, { params, body }) => {
      empty.parse(body);
      return ok(await readRepository(ctx, { slug: params.slug ?? '' }));
    },
  },
];

const incidentSourceEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/incident-sources`,
    summary: 'Tools that send their incidents',
    tag: 'incident sources',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: incidentSourcesSchema },
    handle: async (ctx, { query }) =>
      ok(await listIncidentSources(ctx, { ...pageQuerySchema.parse(query), origin: ctx.origin })),
  },
  {
    method: 'GET',
    path: `${api}/incident-sources/{slug}`,
    summary: 'One incident source, with the address it sends to',
    tag: 'incident sources',
    permission: 'config:read',
    answers: { 200: incidentSourceSchema },
    handle: async (ctx, { params }) =>
      ok(await getIncidentSource(ctx, { slug: params.slug ?? '', origin: ctx.origin })),
  },
  {
    method: 'PUT',
    path: `${api}/incident-sources/{slug}`,
    summary: 'Declare an incident source and what its words mean',
    tag: 'incident sources',
    permission: 'config:write',
    body: incidentSourcePutSchema,
    answers: { 200: incidentSourceSchema, 201: incidentSourceSchema },
    handle: async (ctx, { params, body }) =>
      put(await putIncidentSource(ctx, { slug: params.slug ?? '', body, origin: ctx.origin })),
  },
  {
    method: 'POST',
    path: `${api}/incident-sources/{slug}/secret`,
    summary: 'Give an incident source its secret, or have one made; shown once',
    tag: 'incident sources',
    permission: 'config:write',
    body: incidentSourceSecretSchema,
    once: true,
    answers: { 201: incidentSourceSecretViewSchema },
    handle: async (ctx, { params, body }) =>
      created(await setIncidentSourceSecret(ctx, { slug: params.slug ?? '', body, origin: ctx.origin })),
  },
  {
    method: 'GET',
    path: `${api}/incident-sources/{slug}/deliveries`,
    summary: 'What an incident source has sent, newest first',
    tag: 'incident sources',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: deliveriesSchema },
    handle: async (ctx, { params, query }) =>
      ok(await listDeliveries(ctx, { ...pageQuerySchema.parse(query), slug: params.slug ?? '' })),
  },
];

/** Nobody signs in here: the messages are signed. */
export const webhookEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: `${api}/webhooks/incidents/{source}`,
    summary: 'A signed message of an incident source',
    tag: 'incident sources',
    permission: null,
    raw: true,
    body: z.looseObject({}),
    answers: { 200: webhookAnswerSchema },
    handlePublic: async ({ db, requestId, now, header }, { params, source }) =>
      ok(
        await receiveWebhook(db, { slug: params.source ?? '', body: source, header, now: now(), requestId }),
      ),
  },
];

/** Where history and incidents come from. */
export const sourceEndpoints: Endpoint[] = [
  ...repositoryEndpoints,
  ...incidentSourceEndpoints,
  ...webhookEndpoints,
];
