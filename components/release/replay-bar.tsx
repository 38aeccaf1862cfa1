'use client';

import { Button } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { useNow, useZone } from '#lib/client/clock.tsx';
import { releaseEventsQuery } from '#lib/client/queries.ts';
import { clockText, exactText } from '#lib/client/time-words.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { stepFrom, stepsOf } from './replay.ts';
import classes from './replay-bar.module.css';

const DRAG_MS = 150;

type Props = {
  /** As it is now. */
  release: ReleaseView;
  /** The moment in sight, milliseconds; null = now. */
  at: number | null;
  onChange: (at: number | null) => void;
};

/** Goes back to any second of a release. Arrow keys go to the next event or the one before. */
export const ReplayBar = ({ release, at, onChange }: Props) => {
  const events = useQuery(releaseEventsQuery(release.id)).data?.items ?? [];
  const [dragged, setDragged] = useState<number | null>(null);
  const now = useNow();
  const zone = useZone();
  const settle = useDebouncedCallback((moment: number) => {
    setDragged(null);
    onChange(moment);
  }, DRAG_MS);
  const [from, to] = [
    Date.parse(release.startedAt),
    release.finishedAt ? Date.parse(release.finishedAt) : now,
  ];
  if (at === null)
    return (
      <Button
        variant="default"
        size="xs"
        leftSection={<IconHistory size={16} aria-hidden="true" />}
        onClick={() => onChange(release.finishedAt ? from : Math.max(from, now - 1_000))}
      >
        Replay
      </Button>
    );
  const steps = stepsOf(events);
  const shown = dragged ?? at;
  const go = (moment: number | null) => {
    if (moment !== null) onChange(Math.min(to, Math.max(from, moment)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = { ArrowLeft: 'back', ArrowDown: 'back', ArrowRight: 'on', ArrowUp: 'on' } as const;
    const chosen = Object.entries(way).find(([key]) => key === event.key)?.[1];
    if (event.key === 'Escape') onChange(null);
    else if (chosen) go(stepFrom(steps, shown, chosen));
    else return;
    event.preventDefault();
  };
  const moment = new Date(shown).toISOString();
  return (
    <section className={classes.bar} aria-label="Replay">
      <p className={classes.moment} aria-live="polite">
        <IconHistory size={18} aria-hidden="true" />
        <strong>
          as of{' '}
          <time dateTime={moment} title={exactText(shown, zone)}>
            {clockText(shown, { zone, seconds: true })}
          </time>
          , not live
        </strong>
        <span className={classes.day}>{exactText(shown, zone)}</span>
      </p>
      <div className={classes.row}>
        <StepButton label="Event before" icon={IconChevronLeft} to={stepFrom(steps, shown, 'back')} go={go} />
        <input
          type="range"
          className={classes.range}
          aria-label="Moment of the replay"
          aria-valuetext={exactText(shown, zone)}
          min={from}
          max={to}
          step={1_000}
          value={shown}
          onChange={(event) => {
            setDragged(Number(event.currentTarget.value));
            settle(Number(event.currentTarget.value));
          }}
          onKeyDown={onKeyDown}
        />
        <StepButton label="Next event" icon={IconChevronRight} to={stepFrom(steps, shown, 'on')} go={go} />
        <Button size="xs" onClick={() => onChange(null)}>
          Back to now
        </Button>
      </div>
    </section>
  );
};

type StepProps = {
  label: string;
  icon: typeof IconHistory;
  to: number | null;
  go: (moment: number | null) => void;
};

const StepButton = ({ label, icon: Icon, to, go }: StepProps) => (
  <Button
    variant="default"
    size="xs"
    aria-label={label}
    title={label}
    disabled={to === null}
    onClick={() => go(to)}
  >
    <Icon size={16} aria-hidden="true" />
  </Button>
);
