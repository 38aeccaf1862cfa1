'use client';

import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useState,
  useSyncExternalStore,
} from 'react';
import { browserPorts, createLive, type Live, type LiveStatus } from './live.ts';
import { makeQueryClient } from './query-client.ts';
import { keysOf } from './topics.ts';

const LiveContext = createContext<Live | null>(null);

/** Query cache and live connection of the tab; the connection opens when the first component watches something. */
export const LiveProvider = ({ children }: { children: ReactNode }) => {
  const [queries] = useState(makeQueryClient);
  const [live] = useState(() => createLive(browserPorts((topic) => refresh(queries, topic))));
  return (
    <QueryClientProvider client={queries}>
      <LiveContext.Provider value={live}>{children}</LiveContext.Provider>
    </QueryClientProvider>
  );
};

/** Keeps the queries under `topic` fresh while the calling component is on the page. */
export const useWatch = (topic: string): void => {
  const live = useLive();
  const subscribe = useCallback(() => live.watch(topic), [live, topic]);
  useSyncExternalStore(subscribe, nothing, nothing);
};

export const useLiveStatus = (): LiveStatus => {
  const live = useLive();
  return useSyncExternalStore(live.onStatus, live.status, () => CONNECTING);
};

const CONNECTING: LiveStatus = { state: 'connecting', since: 0 };
const nothing = () => null;

const useLive = (): Live => {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useWatch and useLiveStatus need a LiveProvider above them');
  return live;
};

const refresh = async (queries: QueryClient, topic: string): Promise<void> => {
  await Promise.all(
    keysOf(topic).map((queryKey) => queries.invalidateQueries({ queryKey }, { throwOnError: true })),
  );
};
