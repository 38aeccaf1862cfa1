'use client';

import type { AgentView } from '#lib/contract/config.ts';
import { percentShare } from '../ui/share.ts';
import { type Sign, Standing } from '../ui/standing.tsx';
import { DataTable } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './agents-page.module.css';

/** A clock this far off makes times of samples doubtful. */
const SKEW_MS_MAX = 2_000;

/** One agent: contact, version, abilities, and each of its targets wanted and seen. */
export const AgentCard = ({ agent }: { agent: AgentView }) => (
  <li className={classes.card}>
    <header className={classes.head}>
      <h2 className={classes.cluster}>{agent.cluster}</h2>
      <span className={classes.detail}>{agent.environment}</span>
      <span className={classes.contact}>
        <Standing sign={contactSign(agent)} badge />
      </span>
    </header>
    <p className={classes.detail}>
      {agent.connected && agent.since && (
        <>
          connected <Ago at={agent.since} /> ·{' '}
        </>
      )}
      {!agent.connected && agent.lastSeenAt && (
        <>
          last heard <Ago at={agent.lastSeenAt} /> ·{' '}
        </>
      )}
      agent {agent.version ?? 'of unknown version'}
      {agent.capabilities.length > 0 && ` · ${agent.capabilities.join(', ')}`}
      {' · '}
      {skewText(agent.clockSkewMs)}
    </p>
    {agent.targets.length > 0 && (
      <DataTable
        caption={`Targets of ${agent.cluster}`}
        head={['Service', 'Wanted', 'Seen', 'Confirmed', 'Problem']}
      >
        {agent.targets.map((target) => (
          <tr key={target.service}>
            <th scope="row" data-label="Service">
              {target.service}
            </th>
            <td data-label="Wanted">
              {target.wanted === null ? 'nothing yet' : percentShare(target.wanted)}
            </td>
            <td data-label="Seen" className={classes.tight}>
              {percentShare(target.seen)}
            </td>
            <td data-label="Confirmed">{target.confirmed}</td>
            <td
              data-label="Problem"
              className={target.problem || target.sourceProblem ? classes.problem : undefined}
            >
              {[target.problem, target.sourceProblem].filter(Boolean).join('; ') || 'none'}
            </td>
          </tr>
        ))}
      </DataTable>
    )}
  </li>
);

const contactSign = ({ connected, revoked }: AgentView): Sign => {
  if (revoked) return { tone: 'unknown', shape: 'dashed-ring', word: 'revoked' };
  return connected
    ? { tone: 'pass', shape: 'check-in-circle', word: 'connected' }
    : { tone: 'fail', shape: 'cross-in-octagon', word: 'no contact' };
};

const skewText = (skewMs: number | null): string => {
  if (skewMs === null) return 'clock unknown';
  const text = `clock ${Math.abs(skewMs) < 1 ? 'in step' : `${Math.abs(Math.round(skewMs))} ms ${skewMs > 0 ? 'ahead' : 'behind'}`}`;
  return Math.abs(skewMs) > SKEW_MS_MAX ? `${text}: set it right` : text;
};
