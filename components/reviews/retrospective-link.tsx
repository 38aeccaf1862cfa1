'use client';

import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { api } from '#lib/client/api.ts';
import { releaseRetrospectiveQuery } from '#lib/client/retrospective-queries.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { retrospectiveSchema } from '#lib/contract/retrospective.ts';
import { endpoints, routes } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import classes from './reviews.module.css';

/** From a finished release to its retrospective; where none is drafted, the way to draft one. */
export const RetrospectiveLink = ({ release }: { release: Pick<ReleaseView, 'id' | 'outcome'> }) => {
  const router = useRouter();
  const over = release.outcome !== null;
  const { data: known } = useQuery({ ...releaseRetrospectiveQuery(release.id), enabled: over });
  const draft = useMutation({
    mutationFn: () =>
      api(endpoints.releaseRetrospective(release.id), {
        method: 'POST',
        body: {},
        schema: retrospectiveSchema,
      }),
    onSuccess: ({ id }) => router.push(routes.review(id)),
  });
  if (!over || known === undefined) return null;
  return (
    <Section id="retrospective" title="Retrospective">
      {draft.error && <ProblemNote error={draft.error} />}
      {known ? (
        <p>
          <Link href={routes.review(known.id)} className={classes.name}>
            Read the retrospective
          </Link>
          <span className={classes.detail}>
            {known.signedOffAt ? 'signed off' : 'waits for its review'}
            {known.falseAlarm && ', marked as a false alarm'}
          </span>
        </p>
      ) : (
        <Button variant="default" size="xs" loading={draft.isPending} onClick={() => draft.mutate()}>
          Draft it from the record
        </Button>
      )}
    </Section>
  );
};
