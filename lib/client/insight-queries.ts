/** What the insights are made of. */
import { queryOptions } from '@tanstack/react-query';
import { incidentsSchema } from '../contract/incident.ts';
import { repositoriesSchema } from '../contract/repository.ts';
import { endpoints } from '../routes.ts';
import { api } from './api.ts';

/** The latest incidents, of all services or of one. */
export const incidentsQuery = (service: string | null) =>
  queryOptions({
    queryKey: ['incidents', service],
    queryFn: ({ signal }) =>
      api(endpoints.incidents({ service: service ?? undefined, limit: 100 }), {
        schema: incidentsSchema,
        signal,
      }),
  });

export const repositoriesQuery = () =>
  queryOptions({
    queryKey: ['repositories'],
    queryFn: ({ signal }) => api(endpoints.repositories(), { schema: repositoriesSchema, signal }),
  });
