'use client';

import { Button, Switch } from '@mantine/core';
import { type Icon, IconAnchor, IconKey, IconSettingsAutomation, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { releaseEventsQuery } from '#lib/client/queries.ts';
import type { ReleaseEventView } from '#lib/contract/release.ts';
import { Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Ago, Clock } from '../ui/time.tsx';
import { headAndRest, momentsOf } from './moments.ts';
import classes from './timeline.module.css';

/** Moments in sight before "earlier" is asked for. */
const SHOWN = 12;

type ActorKind = ReleaseEventView['actor']['kind'];

/** What happened, newest first, and who did it; with `until` (RFC 3339, UTC) only until then. */
export const Timeline = ({ id, until }: { id: string; until: string | null }) => {
  const { data, error, refetch } = useQuery(releaseEventsQuery(id));
  const [everything, setEverything] = useState(false);
  const [all, setAll] = useState(false);
  const known = (data?.items ?? []).filter(({ at }) => until === null || at <= until);
  const moments = momentsOf(known, everything);
  const shown = all ? moments : moments.slice(0, SHOWN);
  return (
    <Section
      id="timeline"
      title="Timeline"
      action={
        <Switch
          size="xs"
          label="everything"
          checked={everything}
          onChange={(event) => setEverything(event.currentTarget.checked)}
        />
      }
    >
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      <ol className={classes.list} aria-label="Events, newest first">
        {shown.map((event) => (
          <Moment key={event.sequence} event={event} />
        ))}
      </ol>
      {moments.length > shown.length && (
        <Button variant="default" size="xs" onClick={() => setAll(true)}>
          Show {moments.length - shown.length} earlier
        </Button>
      )}
    </Section>
  );
};

const Moment = ({ event }: { event: ReleaseEventView }) => {
  const { icon: Icon, word } = ACTORS[event.actor.kind];
  const anchor = `event-${event.sequence}`;
  const { head, rest } = headAndRest(event.text);
  return (
    <li id={anchor} className={classes.moment}>
      <span className={classes.icon} data-kind={event.actor.kind} aria-hidden="true">
        <Icon size={14} stroke={1.8} />
      </span>
      <div className={classes.body}>
        <p className={classes.text}>{head}</p>
        {rest && (
          <details className={classes.why}>
            <summary>why</summary>
            {rest}
          </details>
        )}
        <p className={classes.by}>
          {word}
          {event.actor.kind !== 'engine' && ` ${event.actor.name}`} · <Clock at={event.at} /> ·{' '}
          <Ago at={event.at} />{' '}
          <a href={`#${anchor}`} className={classes.link} aria-label={`Link to event ${event.sequence}`}>
            #{event.sequence}
          </a>
        </p>
      </div>
    </li>
  );
};

const ACTORS: Record<ActorKind, { icon: Icon; word: string }> = {
  person: { icon: IconUser, word: 'person' },
  token: { icon: IconKey, word: 'token' },
  engine: { icon: IconSettingsAutomation, word: 'engine' },
  agent: { icon: IconAnchor, word: 'agent' },
};
