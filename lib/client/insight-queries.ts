/** What the insights are made of. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { doraRowsSchema, doraSchema, doraSettingsSchema } from '../contract/dora.ts';
import { doraDistributionSchema } from '../contract/dora-distribution.ts';
import { incidentsSchema } from '../contract/incident.ts';
import { endpoints } from '../routes.ts';
import { api } from './api.ts';

/** Which numbers: local dates, half-open. */
export type DoraScope = { from: string; to: string; timezone?: string; service?: string };

export const doraQuery = (scope: DoraScope) =>
  queryOptions({
    queryKey: ['insights', 'answer', scope],
    queryFn: ({ signal }) =>
      api(endpoints.dora({ ...scope, details: 'false' }), { schema: doraSchema, signal }),
    placeholderData: keepPreviousData,
  });

export const doraDistributionQuery = (scope: DoraScope, metric: 'lead-time' | 'recovery') =>
  queryOptions({
    queryKey: ['insights', 'distribution', metric, scope],
    queryFn: ({ signal }) =>
      api(endpoints.doraDistribution({ ...scope, metric }), { schema: doraDistributionSchema, signal }),
    placeholderData: keepPreviousData,
  });

type Rows = z.output<typeof doraRowsSchema>;

/** The rows behind a number, page by page. */
export const doraRowsQuery = (scope: DoraScope, metric: string) =>
  infiniteQueryOptions({
    queryKey: ['insights', 'rows', metric, scope],
    queryFn: ({ signal, pageParam }): Promise<Rows> =>
      api(endpoints.doraRows({ ...scope, metric, limit: 100, cursor: pageParam ?? undefined }), {
        schema: doraRowsSchema,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: Rows) => next,
  });

export const doraSettingsQuery = () =>
  queryOptions({
    queryKey: ['insights', 'settings'],
    queryFn: ({ signal }) => api(endpoints.doraSettings(), { schema: doraSettingsSchema, signal }),
  });

/** The latest incidents, of all services or of one. */
export const incidentsQuery = (service: string | null) =>
  queryOptions({
    queryKey: ['incidents', service],
    queryFn: ({ signal }) =>
      api(endpoints.incidents({ service: service ?? undefined, limit: 50 }), {
        schema: incidentsSchema,
        signal,
      }),
  });
