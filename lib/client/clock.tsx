'use client';

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';

/** When the server rendered the page, so that server and first client render write the same words. */
const RenderedAt = createContext(0);

export const ClockProvider = ({ renderedAt, children }: { renderedAt: number; children: ReactNode }) => (
  <RenderedAt.Provider value={renderedAt}>{children}</RenderedAt.Provider>
);

/** The present moment in milliseconds, once a second; one timer serves the whole page. */
export const useNow = (): number => {
  const renderedAt = useContext(RenderedAt);
  const fixed = useContext(Fixed);
  const live = useSyncExternalStore(
    subscribe,
    () => now,
    () => renderedAt,
  );
  return fixed ?? live;
};

const Fixed = createContext<number | null>(null);

/** Within it the present is this moment, milliseconds, so that "in 3 min" is said as it was said then; null = really now. */
export const FixedClock = ({ at, children }: { at: number | null; children: ReactNode }) => (
  <Fixed.Provider value={at}>{children}</Fixed.Provider>
);

/** The zone to write times in: UTC as the server does, the reader's own once the page is awake. */
export const useZone = (): string | undefined =>
  useSyncExternalStore(
    never,
    () => undefined,
    () => 'UTC',
  );

const ticking = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

const subscribe = (tick: () => void) => {
  ticking.add(tick);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of ticking) each();
  }, 1_000);
  return () => {
    ticking.delete(tick);
    if (ticking.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  };
};

const never = () => () => {};
