'use client';

import {
  IconAlertTriangle,
  IconFlask2,
  IconPlugConnectedX,
  IconSnowflake,
  IconUrgent,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useZone } from '#lib/client/clock.tsx';
import { useLiveStatus, useWatch } from '#lib/client/live-context.tsx';
import { activeReleasesQuery, agentsQuery, freezesQuery } from '#lib/client/queries.ts';
import { clockText } from '#lib/client/time-words.ts';
import { topics } from '#lib/client/topics.ts';
import type { AgentView } from '#lib/contract/config.ts';
import { listText } from '#lib/domain/release/words.ts';
import { routes } from '#lib/routes.ts';
import { Ago, Until } from '../ui/time.tsx';
import { lostAgents } from './modes.ts';
import classes from './shell.module.css';

/** Whatever is unusual right now, on every page: what, since when, and the way out. */
export const ModeStrip = ({ demo }: { demo: boolean }) => {
  useWatch(topics.agents);
  useWatch(topics.config);
  useWatch(topics.releases);
  const live = useLiveStatus();
  const zone = useZone();
  const lost = lostAgents(useQuery(agentsQuery()).data?.items ?? []);
  const frozen = (useQuery(freezesQuery()).data?.items ?? []).filter(({ active }) => active);
  const urgent = (useQuery(activeReleasesQuery()).data?.items ?? []).filter(({ emergency }) => emergency);
  const since = clockText(live.since, { zone });
  return (
    <div className={classes.strips}>
      {live.state === 'unreachable' && (
        <Strip tone="fail" icon={<IconPlugConnectedX size={16} aria-hidden="true" />}>
          Slipway has not answered since {since}. What you see is from then; agents keep what they have.
          Trying again every 5 s.
        </Strip>
      )}
      {live.state === 'polling' && (
        <Strip tone="hold" icon={<IconPlugConnectedX size={16} aria-hidden="true" />}>
          Live updates are interrupted since {since}; the page asks every 5 s until they are back.
        </Strip>
      )}
      {urgent.map(({ id, headline }) => (
        <Strip key={id} tone="fail" icon={<IconUrgent size={16} aria-hidden="true" />}>
          {headline}. Approvals and freezes were skipped.{' '}
          <Link href={routes.release(id)}>See the release</Link>
        </Strip>
      ))}
      {frozen.map(({ slug, name, nextOpenAt }) => (
        <Strip key={slug} tone="hold" icon={<IconSnowflake size={16} aria-hidden="true" />}>
          Frozen by “{name}”
          {nextOpenAt && (
            <>
              , open again <Until at={nextOpenAt} />
            </>
          )}
          . Rolling back is always open. <Link href={routes.environments()}>See the window</Link>
        </Strip>
      ))}
      {lost.length > 0 && <LostAgents agents={lost} />}
      {demo && (
        <Strip tone="plain" icon={<IconFlask2 size={16} aria-hidden="true" />}>
          Demo data: a sample shop under generated traffic, on this machine only.
        </Strip>
      )}
    </div>
  );
};

const LostAgents = ({ agents }: { agents: AgentView[] }) => {
  const seen = agents.map(({ lastSeenAt }) => lastSeenAt ?? '').sort()[0];
  return (
    <Strip tone="fail" icon={<IconAlertTriangle size={16} aria-hidden="true" />}>
      No contact with the agent of {listText(agents.map(({ cluster }) => cluster))}
      {seen && (
        <>
          , last heard <Ago at={seen} />
        </>
      )}
      . Exposure there stays as it is. <Link href={routes.agents()}>See agents</Link>
    </Strip>
  );
};

const Strip = ({
  tone,
  icon,
  children,
}: {
  tone: 'fail' | 'hold' | 'plain';
  icon: ReactNode;
  children: ReactNode;
}) => (
  <div className={classes.strip} data-tone={tone} role={tone === 'plain' ? undefined : 'status'}>
    {icon}
    <span>{children}</span>
  </div>
);
