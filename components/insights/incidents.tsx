'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { incidentsQuery } from '#lib/client/insight-queries.ts';
import { Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { IncidentTable } from './incident-table.tsx';
import classes from './insights.module.css';

const SHOWN_FIRST = 6;

/** The incidents since the window began, with what they count for; a wrong link can be set right here. */
export const Incidents = ({ service, from }: { service: string | null; from: string }) => {
  const { data, error, refetch } = useQuery(incidentsQuery(service));
  const [all, setAll] = useState(false);
  const incidents =
    data?.items.filter(({ startedAt, resolvedAt }) => (resolvedAt ?? startedAt) >= from) ?? [];
  const shown = all ? incidents : incidents.slice(0, SHOWN_FIRST);
  return (
    <Section id="incidents" title="Incidents" note="newest first; a link that is wrong can be set right here">
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && incidents.length === 0 && (
        <p className={classes.definition}>No incident was reported in these days.</p>
      )}
      {shown.length > 0 && <IncidentTable incidents={shown} />}
      {incidents.length > shown.length && (
        <Button
          className={classes.more ?? ''}
          variant="default"
          size="compact-sm"
          onClick={() => setAll(true)}
        >
          Show {incidents.length - shown.length} more
        </Button>
      )}
    </Section>
  );
};
