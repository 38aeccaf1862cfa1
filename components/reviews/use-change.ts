'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#lib/client/api.ts';
import { ApiError } from '#lib/client/problem.ts';
import { retrospectiveQuery } from '#lib/client/retrospective-queries.ts';
import { type RetrospectiveView, retrospectiveSchema } from '#lib/contract/retrospective.ts';
import { endpoints } from '#lib/routes.ts';

export type Change = { path: string; method: 'POST' | 'PUT' | 'DELETE'; body?: unknown };

/**
 * Sends one change of a retrospective. The answer is the whole document, also when somebody was faster (409 carries
 * it), so that the page is right either way.
 */
export const useChange = (id: string) => {
  const queries = useQueryClient();
  const show = (view: RetrospectiveView) => queries.setQueryData(retrospectiveQuery(id).queryKey, view);
  return useMutation({
    mutationFn: ({ path, method, body }: Change) =>
      api(path, { method, body: method === 'DELETE' ? {} : (body ?? {}), schema: retrospectiveSchema }),
    onSuccess: (view) => {
      show(view);
      void queries.invalidateQueries({ queryKey: ['action-items'] });
      void queries.invalidateQueries({ queryKey: ['retrospectives'] });
    },
    onError: (error) => {
      const current = error instanceof ApiError ? retrospectiveSchema.safeParse(error.problem.current) : null;
      if (current?.success) show(current.data);
    },
  });
};
export type Changing = ReturnType<typeof useChange>;

/** Addresses of the parts of one retrospective. */
export const partsOf = (id: string) => ({
  document: endpoints.retrospective(id),
  notes: endpoints.retrospectivePart(id, 'notes'),
  note: (note: string) => endpoints.retrospectivePart(id, 'notes', note),
  factors: endpoints.retrospectivePart(id, 'factors'),
  factor: (factor: string) => endpoints.retrospectivePart(id, 'factors', factor),
  check: (key: string) => endpoints.retrospectivePart(id, 'checklist', key),
  signOff: endpoints.retrospectivePart(id, 'sign-off'),
  comments: endpoints.retrospectivePart(id, 'comments'),
  actionItems: endpoints.retrospectivePart(id, 'action-items'),
});
