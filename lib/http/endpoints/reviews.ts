import { reviewExportQuerySchema, reviewQuerySchema, reviewSchema } from '../../contract/review.ts';
import { exportReview } from '../../services/review/export.ts';
import { getReview } from '../../services/review/get.ts';
import { type Endpoint, ok } from '../endpoint.ts';

const tag = 'retrospectives';

export const reviewEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: '/api/v1/reviews',
    summary: 'What a span of days says: shipped, stopped and where, waits by gate, factors, quick detections',
    tag,
    permission: 'release:read',
    query: reviewQuerySchema,
    answers: { 200: reviewSchema },
    handle: async (ctx, { query }) => ok(await getReview(ctx, query)),
  },
  {
    method: 'GET',
    path: '/api/v1/reviews/export',
    summary: 'The same as a file: format=md, or format=csv with a line for every finished release',
    tag,
    permission: 'release:read',
    query: reviewExportQuerySchema,
    answers: { 200: reviewSchema },
    handle: async (ctx, { query }) => ({ status: 200, body: null, file: await exportReview(ctx, query) }),
  },
];
