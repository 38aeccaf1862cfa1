/** One query per noun: the server fills them for the first paint, the browser keeps them fresh. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { analysisSchema, planForecastSchema } from '../contract/analysis.ts';
import { releaseCompareSchema } from '../contract/compare.ts';
import {
  agentsSchema,
  clustersSchema,
  environmentsSchema,
  planCheckSchema,
  planSchema,
  plansSchema,
  servicesSchema,
  versionsSchema,
} from '../contract/config.ts';
import { freezesSchema } from '../contract/freeze.ts';
import { versionMatrixSchema } from '../contract/matrix.ts';
import {
  releaseEventsSchema,
  type releaseListQuerySchema,
  releaseListSchema,
  releaseSchema,
  samplesSchema,
} from '../contract/release.ts';
import { endpoints } from '../routes.ts';
import { api } from './api.ts';

export type ReleaseFilters = Partial<z.input<typeof releaseListQuerySchema>>;

export const releasesQuery = (filters: ReleaseFilters = {}) =>
  queryOptions({
    queryKey: ['releases', filters],
    queryFn: ({ signal }) =>
      api(endpoints.releases(filters as Record<string, string>), { schema: releaseListSchema, signal }),
    placeholderData: keepPreviousData,
  });

/** Everything in progress; one page holds far more than an installation moves at once. */
export const activeReleasesQuery = () => releasesQuery({ state: 'active', limit: 200 });

/** The latest that ended, newest start first. */
export const finishedReleasesQuery = () => releasesQuery({ state: 'finished', limit: 20 });

export const releaseQuery = (id: string) =>
  queryOptions({
    queryKey: ['release', id],
    queryFn: ({ signal }) => api(endpoints.release(id), { schema: releaseSchema, signal }),
  });

/** A release as it was at a moment, RFC 3339. The moment before stays in sight while the next one is on its way. */
export const releaseAtQuery = (id: string, at: string) =>
  queryOptions({
    queryKey: ['release-at', id, at],
    queryFn: ({ signal }) => api(endpoints.release(id, { at }), { schema: releaseSchema, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const releaseCompareQuery = (a: string, b: string) =>
  queryOptions({
    queryKey: ['release-compare', a, b],
    queryFn: ({ signal }) => api(endpoints.releaseCompare(a, b), { schema: releaseCompareSchema, signal }),
  });

export const releaseEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['release-events', id],
    queryFn: ({ signal }) => api(endpoints.releaseEvents(id), { schema: releaseEventsSchema, signal }),
  });

export const releaseSamplesQuery = (id: string) =>
  queryOptions({
    queryKey: ['release-samples', id],
    queryFn: ({ signal }) => api(endpoints.releaseSamples(id), { schema: samplesSchema, signal }),
  });

const ANALYSIS_REFRESH_MS = 10_000;

/**
 * The whole analysis judged again: read only where a chart shows it, not with every sample, but anew when the release
 * has moved on, so that the end is never missing.
 */
export const releaseAnalysisQuery = (
  id: string,
  { moving, stateVersion }: { moving: boolean; stateVersion: number },
) =>
  queryOptions({
    queryKey: ['release-analysis', id, stateVersion],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api(endpoints.releaseAnalysis(id), { schema: analysisSchema, signal }),
    staleTime: moving ? ANALYSIS_REFRESH_MS : 60_000,
    refetchInterval: moving ? ANALYSIS_REFRESH_MS : false,
  });

export const servicesQuery = () =>
  queryOptions({
    queryKey: ['services'],
    queryFn: ({ signal }) => api(endpoints.services(), { schema: servicesSchema, signal }),
  });

export const versionsQuery = (service: string) =>
  queryOptions({
    queryKey: ['versions', service],
    queryFn: ({ signal }) => api(endpoints.versions(service), { schema: versionsSchema, signal }),
  });

export const environmentsQuery = () =>
  queryOptions({
    queryKey: ['environments'],
    queryFn: ({ signal }) => api(endpoints.environments(), { schema: environmentsSchema, signal }),
  });

export const freezesQuery = () =>
  queryOptions({
    queryKey: ['freezes'],
    queryFn: ({ signal }) => api(endpoints.freezes(), { schema: freezesSchema, signal }),
    /** Windows begin and end by the clock, which nobody announces. */
    refetchInterval: 60_000,
  });

export const versionMatrixQuery = () =>
  queryOptions({
    queryKey: ['version-matrix'],
    queryFn: ({ signal }) => api(endpoints.versionMatrix(), { schema: versionMatrixSchema, signal }),
  });

export const clustersQuery = () =>
  queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => api(endpoints.clusters(), { schema: clustersSchema, signal }),
  });

export const plansQuery = () =>
  queryOptions({
    queryKey: ['plans'],
    queryFn: ({ signal }) => api(endpoints.plans(), { schema: plansSchema, signal }),
  });

export const planQuery = (name: string) =>
  queryOptions({
    queryKey: ['plan', name],
    queryFn: ({ signal }) => api(endpoints.plan(name), { schema: planSchema, signal }),
  });

/** What a plan is expected to need with the present traffic. */
export const planForecastQuery = (name: string, place: { service: string; environment: string }) =>
  queryOptions({
    queryKey: ['plan-forecast', name, place],
    queryFn: ({ signal }) => api(endpoints.planForecast(name, place), { schema: planForecastSchema, signal }),
    staleTime: 30_000,
  });

/** What the server says about a plan's text; the last answer stays while the next one is on its way. */
export const planCheckQuery = (text: string) =>
  queryOptions({
    queryKey: ['plan-check', text],
    queryFn: ({ signal }) =>
      api(endpoints.planCheck, { method: 'POST', body: text, schema: planCheckSchema, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const agentsQuery = () =>
  queryOptions({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api(endpoints.agents(), { schema: agentsSchema, signal }),
  });
