import { z } from 'zod';
import {
  analysisQuerySchema,
  analysisSchema,
  whatIfRequestSchema,
  whatIfSchema,
} from '../../contract/analysis.ts';
import { releaseCompareQuerySchema, releaseCompareSchema } from '../../contract/compare.ts';
import {
  releaseActionSchema,
  releaseActions,
  releaseEventsSchema,
  releaseExportQuerySchema,
  releaseListQuerySchema,
  releaseListSchema,
  releaseQuerySchema,
  releaseRowSchema,
  releaseSchema,
  releaseStartSchema,
  samplesQuerySchema,
  samplesSchema,
} from '../../contract/release.ts';
import { actOnRelease } from '../../services/release/act.ts';
import { readReleaseAnalysis } from '../../services/release/analysis.ts';
import { compareReleases } from '../../services/release/compare.ts';
import { csvColumnsText } from '../../services/release/csv.ts';
import { listReleaseEvents } from '../../services/release/events.ts';
import { exportReleases } from '../../services/release/export.ts';
import { getRelease } from '../../services/release/get.ts';
import { listReleases } from '../../services/release/list.ts';
import { readReleaseSamples } from '../../services/release/samples.ts';
import { startRelease } from '../../services/release/start.ts';
import { askWhatIf } from '../../services/release/what-if.ts';
import { created, type Endpoint, ok } from '../endpoint.ts';

const tag = 'releases';
const path = '/api/v1/releases';
const eventsQuery = z.strictObject({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

const getReleaseEndpoint: Endpoint = {
  method: 'GET',
  path: `${path}/{id}`,
  summary:
    'One release, now or as it was: state, stages, targets with wanted and seen shares, verdict, what you may do',
  tag,
  permission: 'release:read',
  query: releaseQuerySchema,
  answers: { 200: releaseSchema },
  handle: async (ctx, { params, query }) =>
    ok(await getRelease(ctx, { ...releaseQuerySchema.parse(query), id: params.id ?? '' })),
};

/** Stands before the endpoint of one release, whose path it fits too. */
const exportEndpoint: Endpoint = {
  method: 'GET',
  path: `${path}/export`,
  summary: 'Every release that fits a filter, newest first, as a CSV file or as one JSON value a line',
  tag,
  permission: 'release:read',
  query: releaseExportQuerySchema,
  answers: { 200: z.string() },
  files: {
    'text/csv': z.string().describe(`Columns: ${csvColumnsText}`),
    'application/jsonl': releaseRowSchema,
  },
  handle: async (ctx, { query }) => ({ status: 200, body: null, file: exportReleases(ctx, query) }),
};

/** Stands before the endpoint of one release, too. */
const compareEndpoint: Endpoint = {
  method: 'GET',
  path: `${path}/compare`,
  summary:
    'Two releases side by side: what they were made of, how long each stage took, what was measured, who acted',
  tag,
  permission: 'release:read',
  query: releaseCompareQuerySchema,
  answers: { 200: releaseCompareSchema },
  handle: async (ctx, { query }) => ok(await compareReleases(ctx, query)),
};

const releaseSamplesEndpoint: Endpoint = {
  method: 'GET',
  path: `${path}/{id}/samples`,
  summary: 'Counts per cluster and track over a release',
  tag,
  permission: 'release:read',
  query: samplesQuerySchema,
  answers: { 200: samplesSchema },
  handle: async (ctx, { params, query }) =>
    ok(await readReleaseSamples(ctx, { ...samplesQuerySchema.parse(query), id: params.id ?? '' })),
};

const releaseAnalysisEndpoint: Endpoint = {
  method: 'GET',
  path: `${path}/{id}/analysis`,
  summary: 'The analysis of a release over time, judged again from its measurements',
  tag,
  permission: 'release:read',
  query: analysisQuerySchema,
  answers: { 200: analysisSchema },
  handle: async (ctx, { params, query }) =>
    ok(await readReleaseAnalysis(ctx, { ...analysisQuerySchema.parse(query), id: params.id ?? '' })),
};

const whatIfEndpoint: Endpoint = {
  method: 'POST',
  path: `${path}/{id}/what-if`,
  summary: 'What another analysis policy would have decided on the same measurements; changes nothing',
  tag,
  permission: 'release:read',
  body: whatIfRequestSchema,
  answers: { 200: whatIfSchema },
  handle: async (ctx, { params, body }) =>
    ok(await askWhatIf(ctx, { ...whatIfRequestSchema.parse(body), id: params.id ?? '' })),
};

export const releaseEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path,
    summary: 'Releases, newest first',
    tag,
    permission: 'release:read',
    query: releaseListQuerySchema,
    answers: { 200: releaseListSchema },
    handle: async (ctx, { query }) => ok(await listReleases(ctx, query)),
  },
  {
    method: 'POST',
    path,
    summary: 'Start a release',
    tag,
    permission: 'release:act',
    body: releaseStartSchema,
    answers: { 201: releaseSchema },
    handle: async (ctx, { body }) => created(await startRelease(ctx, body)),
  },
  exportEndpoint,
  compareEndpoint,
  getReleaseEndpoint,
  releaseSamplesEndpoint,
  releaseAnalysisEndpoint,
  whatIfEndpoint,
  {
    method: 'GET',
    path: `${path}/{id}/events`,
    summary: 'The append-only record of a release, oldest first',
    tag,
    permission: 'release:read',
    query: eventsQuery,
    answers: { 200: releaseEventsSchema },
    handle: async (ctx, { params, query }) =>
      ok(await listReleaseEvents(ctx, { ...eventsQuery.parse(query), id: params.id ?? '' })),
  },
  ...releaseActions.map(
    (action): Endpoint => ({
      method: 'POST',
      path: `${path}/{id}/${action}`,
      summary: `Act on a release: ${action}`,
      tag,
      permission: action === 'approve' || action === 'reject' ? 'release:approve' : 'release:act',
      body: releaseActionSchema,
      answers: { 200: releaseSchema },
      handle: async (ctx, { params, body }) =>
        ok(await actOnRelease(ctx, { ...releaseActionSchema.parse(body), id: params.id ?? '', action })),
    }),
  ),
];
