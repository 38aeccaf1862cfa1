import { z } from 'zod';
import { pageQuerySchema } from '../../contract/page.ts';
import {
  repositoriesSchema,
  repositoryPutSchema,
  repositoryReadSchema,
  repositorySchema,
} from '../../contract/repository.ts';
import { getRepository } from '../../services/repository/get.ts';
import { listRepositories } from '../../services/repository/list.ts';
import { putRepository } from '../../services/repository/put.ts';
import { readRepository } from '../../services/repository/read.ts';
import { type Endpoint, ok, put } from '../endpoint.ts';

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

/** Where history and incidents come from. */
export const sourceEndpoints: Endpoint[] = [...repositoryEndpoints];
