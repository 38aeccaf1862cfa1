import Link from 'next/link';
import { routes } from '#lib/routes.ts';
import { DataTable } from '../ui/table.tsx';
import { Exact } from '../ui/time.tsx';
import type { Metric } from './filters.ts';
import classes from './insights.module.css';
import { type CommitRow, commitWhy, type DeploymentRow, whyOf } from './rows.ts';

/** Deployments behind a number, each with the reason why it counts or not. */
export const DeploymentTable = ({ metric, rows }: { metric: Metric; rows: readonly DeploymentRow[] }) => (
  <DataTable caption="Deployments" head={['Deployment', 'What', 'Finished', 'Reached', 'Why it counts']}>
    {rows.map((row) => (
      <tr key={`${row.service} ${row.id}`}>
        <th scope="row" data-label="Deployment">
          {UUID.test(row.id) ? (
            <Link href={routes.release(row.id)} className={classes.id}>
              {row.id.slice(0, 8)}
            </Link>
          ) : (
            <span className={classes.id}>{row.id}</span>
          )}
          <span className={classes.sub}>
            {row.service} in {row.environment}
          </span>
        </th>
        <td data-label="What">
          {row.version ?? row.commitSha?.slice(0, 10) ?? '–'}
          <span className={classes.sub}>
            {row.kind}, {row.status.replaceAll('_', ' ')}
          </span>
        </td>
        <td data-label="Finished">{row.finishedAt ? <Exact at={row.finishedAt} /> : 'still running'}</td>
        <td data-label="Reached">{row.maxExposure} %</td>
        <td data-label="Why">
          {whyOf(metric, row)}
          {row.incidents.length > 0 && (
            <span className={classes.sub}>incidents {row.incidents.join(', ')}</span>
          )}
          {row.rollbackOf && <span className={classes.sub}>takes back {row.rollbackOf}</span>}
        </td>
      </tr>
    ))}
  </DataTable>
);

/** Releases that Slipway ran itself have a page. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Commits behind lead time or undeployed age. */
export const CommitTable = ({ rows }: { rows: readonly CommitRow[] }) => (
  <DataTable caption="Commits" head={['Commit', 'Service', 'Written', 'Deployed', 'Why it counts']}>
    {rows.map((row) => (
      <tr key={`${row.service} ${row.sha}`}>
        <th scope="row" data-label="Commit">
          <span className={classes.id}>{row.sha.slice(0, 12)}</span>
        </th>
        <td data-label="Service">{row.service}</td>
        <td data-label="Written">
          <Exact at={row.authoredAt} />
        </td>
        <td data-label="Deployed">
          {row.deliveredAt ? <Exact at={row.deliveredAt} /> : 'not yet'}
          {row.deploymentId && <span className={`${classes.sub} ${classes.id}`}>{row.deploymentId}</span>}
        </td>
        <td data-label="Why">{commitWhy(row)}</td>
      </tr>
    ))}
  </DataTable>
);
