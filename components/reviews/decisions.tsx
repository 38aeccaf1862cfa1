'use client';

import Link from 'next/link';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { routes } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { DataTable } from '../ui/table.tsx';
import { Clock } from '../ui/time.tsx';
import classes from './reviews.module.css';

/** What was known then, what was concluded, what was done: for every decision. */
export const Decisions = ({ view }: { view: RetrospectiveView }) => (
  <Section id="decisions" title="Decisions" note="judged by what was known when they were taken">
    <DataTable
      caption="Decisions in the order of time"
      head={['When', 'Who', 'Known then', 'Concluded', 'Done']}
    >
      {view.decisions.map((decision) => (
        <tr key={decision.sequence}>
          <td data-label="When">
            <Link href={routes.releaseEvent(view.releaseId, decision.sequence)}>
              <Clock at={decision.at} />
            </Link>
          </td>
          <td data-label="Who" className={classes.who}>
            {decision.who.label}
          </td>
          <td data-label="Known then">{decision.known}</td>
          <td data-label="Concluded">{decision.concluded}</td>
          <td data-label="Done">{decision.done}</td>
        </tr>
      ))}
    </DataTable>
  </Section>
);
