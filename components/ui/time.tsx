'use client';

import { useNow, useZone } from '#lib/client/clock.tsx';
import { agoText, clockText, exactText, inText } from '#lib/client/time-words.ts';

/** "3 min ago"; the exact time with its zone is in the title. */
export const Ago = ({ at }: { at: string }) => <Time at={at} say={(ms, now) => agoText(ms, now)} />;

/** "in 3 min 10 s". */
export const Until = ({ at }: { at: string }) => <Time at={at} say={(ms, now) => inText(ms, now)} />;

/** "06:33:10"; the day is in the title. */
export const Clock = ({ at, seconds = true }: { at: string; seconds?: boolean }) => (
  <Time at={at} say={(ms, _now, zone) => clockText(ms, { zone, seconds })} />
);

export const Exact = ({ at }: { at: string }) => (
  <Time at={at} say={(ms, _now, zone) => exactText(ms, zone)} />
);

type Say = (at: number, now: number, zone: string | undefined) => string;

const Time = ({ at, say }: { at: string; say: Say }) => {
  const now = useNow();
  const zone = useZone();
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={exactText(ms, zone)}>
      {say(ms, now, zone)}
    </time>
  );
};
