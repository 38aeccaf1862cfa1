'use client';

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#lib/client/api.ts';
import { retrospectiveQuery } from '#lib/client/retrospective-queries.ts';
import { falseAlarmViewSchema, type RetrospectiveView } from '#lib/contract/retrospective.ts';
import { endpoints } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Exact } from '../ui/time.tsx';
import { TextForm } from './editable.tsx';
import classes from './reviews.module.css';

/** Was it stopped although nothing was wrong? Only people can say; reviews of a period count what they say. */
export const FalseAlarm = ({ view }: { view: RetrospectiveView }) => {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const mark = useMutation({
    mutationFn: (reason: string | null) =>
      api(endpoints.releaseFalseAlarm(view.releaseId), {
        method: reason === null ? 'DELETE' : 'PUT',
        body: reason === null ? {} : { reason },
        schema: falseAlarmViewSchema,
      }),
    onSuccess: () => {
      setOpen(false);
      void queries.invalidateQueries({ queryKey: retrospectiveQuery(view.id).queryKey });
    },
  });
  if (view.header.outcome === 'released') return null;
  return (
    <Section id="false-alarm" title="False alarm">
      {mark.error && <ProblemNote error={mark.error} />}
      {view.falseAlarm ? (
        <p>
          Marked as a false alarm by {view.falseAlarm.by}, <Exact at={view.falseAlarm.at} />: “
          {view.falseAlarm.reason}”
        </p>
      ) : (
        <p className={classes.quiet}>Nobody has said that it was stopped without need.</p>
      )}
      {view.editable && (
        <div className={`${classes.noPrint} ${classes.sign}`}>
          {open ? (
            <TextForm
              label="Why nothing was wrong"
              save="Mark as a false alarm"
              onSave={(reason) => mark.mutateAsync(reason)}
              onCancel={() => setOpen(false)}
            />
          ) : (
            <Button
              variant="default"
              size="xs"
              loading={mark.isPending}
              onClick={() => (view.falseAlarm ? mark.mutate(null) : setOpen(true))}
            >
              {view.falseAlarm ? 'Take the mark away' : 'It was a false alarm'}
            </Button>
          )}
        </div>
      )}
    </Section>
  );
};
