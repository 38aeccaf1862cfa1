'use client';

import Link from 'next/link';
import { useNow } from '#lib/client/clock.tsx';
import type { ReleaseRow } from '#lib/contract/release.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { routes } from '#lib/routes.ts';
import { stateSign } from '../release/signs.ts';
import { percentShare } from '../ui/share.ts';
import { Standing } from '../ui/standing.tsx';
import { DataTable } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './releases-page.module.css';

export const ReleasesTable = ({ rows }: { rows: ReleaseRow[] }) => (
  <DataTable
    caption="Releases, newest first"
    head={['Release', 'Environment', 'State', 'Share', 'Started', 'Took', 'By', 'Plan and reason']}
  >
    {rows.map((row) => (
      <tr key={row.id}>
        <th scope="row" data-label="Release">
          <Link href={routes.release(row.id)} className={classes.release}>
            {row.serviceName} {row.version}
          </Link>
          <span className={classes.from}>from {row.baselineVersion ?? 'an unknown version'}</span>
        </th>
        <td data-label="Environment">{row.environment}</td>
        <td data-label="State">
          <Standing sign={stateSign(row)} size="sm" />
          {row.needs && <span className={classes.from}>{row.needs}</span>}
        </td>
        <td data-label="Share">{percentShare(row.share)}</td>
        <td data-label="Started">
          <Ago at={row.startedAt} />
        </td>
        <td data-label="Took">
          <Took row={row} />
        </td>
        <td data-label="By">{row.startedBy}</td>
        <td data-label="Plan">
          {row.planName}
          {row.reason && <span className={classes.from}>{row.reason}</span>}
        </td>
      </tr>
    ))}
  </DataTable>
);

const Took = ({ row }: { row: ReleaseRow }) => {
  const now = useNow();
  const end = row.finishedAt ? Date.parse(row.finishedAt) : now;
  return durationText((end - Date.parse(row.startedAt)) / 1_000);
};
