import Link from 'next/link';
import type { DoraRow } from '#lib/contract/dora.ts';
import { routes } from '#lib/routes.ts';
import { DataTable } from '../ui/table.tsx';
import { Exact } from '../ui/time.tsx';
import type { Metric } from './filters.ts';
import classes from './insights.module.css';
import { spanWords } from './words.ts';

const OF_COMMITS: ReadonlySet<Metric> = new Set(['lead-time', 'undeployed']);

/** The rows behind a number, and those it leaves out, each with the reason. */
export const RowTable = ({ metric, rows }: { metric: Metric; rows: readonly DoraRow[] }) => {
  const commits = OF_COMMITS.has(metric);
  const timed = metric === 'lead-time' || metric === 'recovery' || metric === 'undeployed';
  return (
    <DataTable
      caption={commits ? 'Commits' : 'Deployments'}
      head={[
        commits ? 'Commit' : 'Deployment',
        commits ? 'Deployed by' : 'What',
        'When',
        ...(timed ? ['Took'] : []),
        'Counted',
      ]}
    >
      {rows.map((row) => (
        <tr key={`${row.service} ${row.id}`}>
          <th scope="row" data-label={commits ? 'Commit' : 'Deployment'}>
            <Id id={row.id} commit={commits} />
            <span className={classes.sub}>
              {row.service}
              {row.environment && ` in ${row.environment}`}
            </span>
          </th>
          <td data-label={commits ? 'Deployed by' : 'What'}>
            {commits ? row.deployment && <Id id={row.deployment} /> : <What row={row} />}
          </td>
          <td data-label="When">{row.at ? <Exact at={row.at} /> : '–'}</td>
          {timed && <td data-label="Took">{row.value_s === null ? '–' : spanWords(row.value_s)}</td>}
          <td data-label="Counted">
            {row.counted ? 'yes' : 'no'}
            <span className={classes.sub}>{row.because}</span>
            {row.incidents.length > 0 && (
              <span className={classes.sub}>incidents {row.incidents.join(', ')}</span>
            )}
          </td>
        </tr>
      ))}
    </DataTable>
  );
};

const What = ({ row }: { row: DoraRow }) => (
  <>
    {row.version ?? row.commit?.slice(0, 12) ?? '–'}
    <span className={classes.sub}>
      {[row.kind, row.status?.replaceAll('_', ' '), reached(row.max_exposure)].filter(Boolean).join(', ')}
    </span>
  </>
);

const reached = (share: number | null): string => (share === null ? '' : `reached ${share} %`);

/** Releases that Slipway ran itself have a page; what was imported has its name alone. */
const Id = ({ id, commit = false }: { id: string; commit?: boolean }) => {
  if (UUID.test(id))
    return (
      <Link href={routes.release(id)} className={classes.id} title={id}>
        {id.slice(0, 8)}
      </Link>
    );
  return (
    <span className={classes.id} title={id}>
      {commit ? id.slice(0, 12) : id}
    </span>
  );
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
