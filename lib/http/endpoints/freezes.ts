import { freezePutSchema, freezeSchema, freezesSchema } from '../../contract/freeze.ts';
import { versionMatrixSchema } from '../../contract/matrix.ts';
import { pageQuerySchema } from '../../contract/page.ts';
import { deleteFreeze } from '../../services/freeze/delete.ts';
import { getFreeze } from '../../services/freeze/get.ts';
import { listFreezes } from '../../services/freeze/list.ts';
import { putFreeze } from '../../services/freeze/put.ts';
import { versionMatrix } from '../../services/version/matrix.ts';
import { type Endpoint, ok, put } from '../endpoint.ts';

const tag = 'environments';

export const freezeEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: '/api/v1/versions/matrix',
    summary: 'The version in charge of every service in every environment',
    tag,
    permission: 'config:read',
    answers: { 200: versionMatrixSchema },
    handle: async (ctx) => ok(await versionMatrix(ctx)),
  },
  {
    method: 'GET',
    path: '/api/v1/freezes',
    summary: 'Freeze windows',
    tag,
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: freezesSchema },
    handle: async (ctx, { query }) => ok(await listFreezes(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: '/api/v1/freezes/{slug}',
    summary: 'One freeze window',
    tag,
    permission: 'config:read',
    answers: { 200: freezeSchema },
    handle: async (ctx, { params }) => ok(await getFreeze(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: '/api/v1/freezes/{slug}',
    summary: 'Declare a freeze window',
    tag,
    permission: 'config:write',
    body: freezePutSchema,
    answers: { 200: freezeSchema, 201: freezeSchema },
    handle: async (ctx, { params, body }) => put(await putFreeze(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'DELETE',
    path: '/api/v1/freezes/{slug}',
    summary: 'End a freeze window for good',
    tag,
    permission: 'config:write',
    answers: { 200: freezeSchema },
    handle: async (ctx, { params }) => ok(await deleteFreeze(ctx, { slug: params.slug ?? '' })),
  },
];
