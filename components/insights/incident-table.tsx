'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#lib/contract/incident.ts';
import { DataTable } from '../ui/table.tsx';
import { Exact } from '../ui/time.tsx';
import classes from './insights.module.css';
import { LinkReview } from './link-review.tsx';
import { spanWords } from './words.ts';

/** Incidents with the deployments that are held to have caused them, and why; a person may say otherwise. */
export const IncidentTable = ({ incidents }: { incidents: readonly IncidentView[] }) => (
  <DataTable caption="Incidents" head={['Incident', 'Services', 'Severity', 'Impact', 'Counts for', '']}>
    {incidents.map((incident) => (
      <IncidentRow key={incident.id} incident={incident} />
    ))}
  </DataTable>
);

const IncidentRow = ({ incident }: { incident: IncidentView }) => {
  const [open, setOpen] = useState(false);
  const { id, title, url, source, services, severity, startedAt, resolvedAt, decisions } = incident;
  return (
    <tr>
      <th scope="row" data-label="Incident">
        {url ? (
          <a href={url} rel="noreferrer">
            {title ?? id}
          </a>
        ) : (
          (title ?? id)
        )}
        <span className={classes.sub}>
          {title && <span className={classes.id}>{id} </span>}
          from {source}
        </span>
      </th>
      <td data-label="Services">{services.join(', ') || '–'}</td>
      <td data-label="Severity">{severity}</td>
      <td data-label="Impact">
        <Exact at={startedAt} />
        <span className={classes.sub}>
          {resolvedAt ? spanWords((Date.parse(resolvedAt) - Date.parse(startedAt)) / 1_000) : 'open'}
        </span>
      </td>
      <td data-label="Counts for">
        <LinkWords incident={incident} />
        {decisions.map(({ at, by, decision, deployment, instead, reason }) => (
          <span key={at + deployment} className={classes.sub}>
            {by}: {decision} {deployment}
            {instead && ` to ${instead}`}, “{reason}”
          </span>
        ))}
        {open && <LinkReview incident={incident} onDone={() => setOpen(false)} />}
      </td>
      <td>
        {!open && (
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            Review
            <span className={classes.hidden}> the link of {id}</span>
          </Button>
        )}
      </td>
    </tr>
  );
};

const SKIPPED: Record<string, string> = {
  drill: 'not counted: a drill',
  duplicate: 'not counted: repeats another incident',
  severity: 'not counted: this severity does not count',
  external: 'not counted: the cause lies outside',
};

const LinkWords = ({ incident: { links, decisions } }: { incident: IncidentView }) => {
  if (links === null) return 'not computed yet';
  if (links.skipped !== null) return SKIPPED[links.skipped] ?? `not counted: ${links.skipped}`;
  if (links.deployments.length === 0)
    return decisions.length > 0 ? 'no deployment, by decision' : 'no deployment within the link window';
  return <span className={classes.id}>{links.deployments.join(', ')}</span>;
};
