'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#lib/client/api.ts';
import { ApiError } from '#lib/client/problem.ts';
import { releaseEventsQuery, releaseQuery } from '#lib/client/queries.ts';
import { type ReleaseView, releaseSchema } from '#lib/contract/release.ts';
import { endpoints } from '#lib/routes.ts';
import type { ActionName } from './action-words.ts';

export type Act = {
  action: ActionName;
  /** The version of the release that the person saw. */
  expectedVersion: number;
  reason: string;
  /** Past the point of no return. */
  force: boolean;
  /** The same for every press in one confirm panel, so that a second press does nothing more. */
  key: string;
};

/**
 * Sends one action. The answer is the release as it is now, also when somebody was faster (409 carries it), so
 * the page is right at once either way.
 */
export const useAct = (id: string) => {
  const queries = useQueryClient();
  const show = (release: ReleaseView) => {
    queries.setQueryData(releaseQuery(id).queryKey, release);
    void queries.invalidateQueries({ queryKey: releaseEventsQuery(id).queryKey });
  };
  return useMutation({
    mutationFn: ({ action, expectedVersion, reason, force, key }: Act) =>
      api(endpoints.releaseAction(id, action), {
        method: 'POST',
        body: {
          expectedVersion,
          ...(reason.trim() ? { reason: reason.trim() } : {}),
          ...(force ? { force } : {}),
        },
        idempotencyKey: key,
        schema: releaseSchema,
      }),
    onSuccess: show,
    onError: (error) => {
      const current = error instanceof ApiError ? releaseSchema.safeParse(error.problem.current) : null;
      if (current?.success) show(current.data);
      else void queries.invalidateQueries({ queryKey: releaseQuery(id).queryKey });
    },
  });
};
