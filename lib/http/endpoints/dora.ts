import { z } from 'zod';
import {
  doraQuerySchema,
  doraRebuiltSchema,
  doraRowsQuerySchema,
  doraRowsSchema,
  doraSchema,
  doraSettingsSchema,
} from '../../contract/dora.ts';
import { doraDistributionQuerySchema, doraDistributionSchema } from '../../contract/dora-distribution.ts';
import { getDora } from '../../services/dora/answer.ts';
import { getDoraDistribution } from '../../services/dora/distribution.ts';
import { rebuildDora } from '../../services/dora/rebuild.ts';
import { exportDoraRows, listDoraRows } from '../../services/dora/rows.ts';
import { getDoraSettings, putDoraSettings } from '../../services/dora/settings.ts';
import { type Endpoint, ok } from '../endpoint.ts';

const api = '/api/v1';

export const doraEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/dora`,
    summary: 'Delivery metrics: frequency, lead time, failures, recovery and rework',
    tag: 'delivery',
    permission: 'release:read',
    query: doraQuerySchema,
    answers: { 200: doraSchema },
    handle: async (ctx, { query }) => ok(await getDora(ctx, query)),
  },
  {
    method: 'GET',
    path: `${api}/dora/distribution`,
    summary: 'How lead times or recoveries of a window lie',
    tag: 'delivery',
    permission: 'release:read',
    query: doraDistributionQuerySchema,
    answers: { 200: doraDistributionSchema },
    handle: async (ctx, { query }) => ok(await getDoraDistribution(ctx, query)),
  },
  {
    method: 'GET',
    path: `${api}/dora/rows`,
    summary: 'The deployments or commits behind one number, counted or left out, with the reason',
    tag: 'delivery',
    permission: 'release:read',
    query: doraRowsQuerySchema,
    answers: { 200: doraRowsSchema },
    files: { 'text/csv': z.string() },
    handle: async (ctx, { query }) => {
      const asked = doraRowsQuerySchema.parse(query);
      if (asked.format === 'json') return ok(await listDoraRows(ctx, asked));
      const chunks = await exportDoraRows(ctx, asked);
      return {
        status: 200,
        body: null,
        file: { name: `${asked.metric}.csv`, type: 'text/csv; charset=utf-8', chunks },
      };
    },
  },
  {
    method: 'POST',
    path: `${api}/dora/rebuild`,
    summary: 'Make delivery metrics anew from raw rows',
    tag: 'delivery',
    permission: 'config:write',
    body: z.strictObject({}),
    answers: { 200: doraRebuiltSchema },
    handle: async (ctx) => ok(await rebuildDora(ctx)),
  },
  {
    method: 'GET',
    path: `${api}/settings/dora`,
    summary: 'How delivery is counted',
    tag: 'delivery',
    permission: 'config:read',
    answers: { 200: doraSettingsSchema },
    handle: async (ctx) => ok(await getDoraSettings(ctx)),
  },
  {
    method: 'PUT',
    path: `${api}/settings/dora`,
    summary: 'Choose how delivery is counted',
    tag: 'delivery',
    permission: 'config:write',
    body: doraSettingsSchema,
    answers: { 200: doraSettingsSchema },
    handle: async (ctx, { body }) => ok(await putDoraSettings(ctx, { body })),
  },
];
