'use client';

import { useZone } from '#lib/client/clock.tsx';
import type { LiveState } from '#lib/client/live.ts';
import { useLiveStatus } from '#lib/client/live-context.tsx';
import { clockText } from '#lib/client/time-words.ts';
import classes from './shell.module.css';

/** Is what the page shows the present? Word first, the dot only repeats it. */
export const LiveIndicator = () => {
  const { state, since } = useLiveStatus();
  const zone = useZone();
  const down = state === 'polling' || state === 'unreachable';
  return (
    <span className={classes.live} data-state={state} role="status">
      <span className={classes.dot} aria-hidden="true" />
      {WORDS[state]}
      {down && ` since ${clockText(since, { zone })}`}
    </span>
  );
};

const WORDS: Record<LiveState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  'catching-up': 'Catching up',
  polling: 'Not live',
  unreachable: 'Offline',
};
