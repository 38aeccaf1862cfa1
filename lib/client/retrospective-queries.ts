/** Queries about retrospectives, action items and reviews of a period. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  type actionItemListQuerySchema,
  actionItemsSchema,
  type retrospectiveListQuerySchema,
  retrospectiveSchema,
  retrospectivesSchema,
} from '../contract/retrospective.ts';
import { type reviewQuerySchema, reviewSchema } from '../contract/review.ts';
import { endpoints } from '../routes.ts';
import { api } from './api.ts';
import { ApiError } from './problem.ts';

export type RetrospectiveFilters = Partial<z.input<typeof retrospectiveListQuerySchema>>;
export type ActionItemFilters = Partial<z.input<typeof actionItemListQuerySchema>>;

export const retrospectivesQuery = (filters: RetrospectiveFilters = {}) =>
  queryOptions({
    queryKey: ['retrospectives', filters],
    queryFn: ({ signal }) =>
      api(endpoints.retrospectives(filters as Record<string, string>), {
        schema: retrospectivesSchema,
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const retrospectiveQuery = (id: string) =>
  queryOptions({
    queryKey: ['retrospective', id],
    queryFn: ({ signal }) => api(endpoints.retrospective(id), { schema: retrospectiveSchema, signal }),
  });

/** Null for a release that has none yet. */
export const releaseRetrospectiveQuery = (id: string) =>
  queryOptions({
    queryKey: ['release-retrospective', id],
    queryFn: async ({ signal }) => {
      try {
        return await api(endpoints.releaseRetrospective(id), { schema: retrospectiveSchema, signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });

export const actionItemsQuery = (filters: ActionItemFilters = {}) =>
  queryOptions({
    queryKey: ['action-items', filters],
    queryFn: ({ signal }) =>
      api(endpoints.actionItems(filters as Record<string, string>), { schema: actionItemsSchema, signal }),
    placeholderData: keepPreviousData,
  });

export const reviewQuery = (filters: Partial<z.input<typeof reviewQuerySchema>> = {}) =>
  queryOptions({
    queryKey: ['reviews', filters],
    queryFn: ({ signal }) =>
      api(endpoints.reviews(filters as Record<string, string>), { schema: reviewSchema, signal }),
    placeholderData: keepPreviousData,
  });
