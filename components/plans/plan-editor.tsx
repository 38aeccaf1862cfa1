'use client';

import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '#lib/client/api.ts';
import { ApiError } from '#lib/client/problem.ts';
import { planCheckQuery, planQuery } from '#lib/client/queries.ts';
import { planSchema } from '#lib/contract/config.ts';
import { endpoints, routes } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { PlanCheckPanel } from './plan-check-panel.tsx';
import classes from './plans-page.module.css';
import { nameIn } from './template.ts';

const YamlEditor = dynamic(() => import('./yaml-editor.tsx').then(({ YamlEditor }) => YamlEditor), {
  ssr: false,
});

/**
 * A plan's text with what the server says about it. `stored` is the text as it was read, null for a new plan; a change
 * becomes a new revision, and running releases keep theirs.
 */
export const PlanEditor = ({ initial, stored }: { initial: string; stored: string | null }) => {
  const router = useRouter();
  const queries = useQueryClient();
  const [text, setText] = useState(initial);
  const [settled] = useDebouncedValue(text, 250);
  const check = useQuery(planCheckQuery(settled));
  const name = nameIn(text);
  const save = useMutation({
    mutationFn: (plan: string) =>
      api(endpoints.plan(plan), { method: 'PUT', body: text, schema: planSchema }),
    onSuccess: (plan) => {
      queries.setQueryData(planQuery(plan.name).queryKey, plan);
      void queries.invalidateQueries({ queryKey: ['plans'] });
      router.push(routes.plan(plan.name));
      router.refresh();
    },
  });
  const invalid = check.data?.valid === false || check.error !== null;
  const unchanged = stored !== null && text === stored;
  const state = saveState({ unchanged, invalid, name, pending: check.isFetching || settled !== text });
  return (
    <div className={classes.editor}>
      <div className={classes.code} data-invalid={invalid || undefined}>
        <YamlEditor value={text} readOnly={save.isPending} onChange={setText} />
      </div>
      <div className={classes.side}>
        <div className={classes.buttons}>
          <Button
            loading={save.isPending}
            aria-disabled={state !== null || undefined}
            variant={state === null ? 'filled' : 'default'}
            onClick={() => state === null && name && save.mutate(name)}
          >
            {name ? `Save ${name}` : 'Save'}
          </Button>
          {stored !== null && !unchanged && (
            <Button variant="subtle" onClick={() => setText(stored)}>
              Discard changes
            </Button>
          )}
        </div>
        {state && <p role="status">{state}</p>}
        {save.error && <ProblemNote error={save.error} />}
        {save.error instanceof ApiError && <FieldErrors error={save.error} />}
        <PlanCheckPanel check={check.data} error={check.error} />
      </div>
    </div>
  );
};

const FieldErrors = ({ error }: { error: ApiError }) => (
  <ul className={classes.errors}>
    {(error.problem.errors ?? []).map(({ path, message }) => (
      <li key={`${path} ${message}`}>
        <code>{path}</code> {message}
      </li>
    ))}
  </ul>
);

/** Why the plan cannot be saved now; null when it can. */
const saveState = (now: { unchanged: boolean; invalid: boolean; name: string | null; pending: boolean }) => {
  if (now.unchanged) return 'Saved; nothing was changed.';
  if (now.invalid) return 'Mend what is listed below, then save.';
  if (now.name === null) return 'Give the plan a name under metadata.name.';
  return now.pending ? 'Checking…' : null;
};
