import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLive } from './live.ts';

type Handler = (message: unknown) => void;

/** A socket and a browser tab that the test holds in its hands. */
const stage = () => {
  const handlers = new Map<string, Handler>();
  const sent: string[] = [];
  const fetched: string[] = [];
  const tab = { hidden: false, visible: () => {}, reachable: true };
  let connected = false;
  const happen = (event: string, message?: unknown) => {
    if (event === 'connect') connected = true;
    if (event === 'disconnect') connected = false;
    handlers.get(event)?.(message);
  };
  const live = createLive({
    connect: () => ({
      on: (event, handler) => void handlers.set(event, handler),
      ask: async (event, { topics }) => void sent.push(`${event} ${topics.join(' ')}`),
      connect: () => void sent.push('connect'),
      connected: () => connected,
    }),
    refresh: async (topic) => {
      fetched.push(topic);
      if (!tab.reachable) throw new Error('no answer');
    },
    hidden: () => tab.hidden,
    onVisible: (visible) => {
      tab.visible = visible;
    },
  });
  return { live, sent, fetched, tab, happen };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the live connection', () => {
  it('watches every topic once on the wire, however many components do', () => {
    const { live, sent, happen } = stage();
    const stop = live.watch('releases');
    happen('connect');
    const stopToo = live.watch('releases');
    stop();
    stopToo();
    expect(sent).toEqual(['watch releases', 'unwatch releases']);
  });

  it('fetches a topic that is watched later once the server has confirmed it', async () => {
    const { live, fetched, happen } = stage();
    live.watch('releases');
    happen('connect');
    await vi.advanceTimersByTimeAsync(0);
    fetched.length = 0;
    live.watch('release:1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual(['release:1']);
  });

  it('fetches everything watched again after a reconnect, and says when it has caught up', async () => {
    const { live, fetched, happen } = stage();
    live.watch('releases');
    live.watch('release:1');
    happen('connect');
    await vi.advanceTimersByTimeAsync(0);
    happen('disconnect', 'transport close');
    expect(live.status().state).toBe('polling');
    fetched.length = 0;
    happen('connect');
    expect(live.status().state).toBe('catching-up');
    await vi.advanceTimersByTimeAsync(0);
    expect(fetched).toEqual(['releases', 'release:1']);
    expect(live.status().state).toBe('live');
  });

  it('gathers a burst of bumps into one fetch, and loses none that comes during a fetch', async () => {
    const { live, fetched, happen } = stage();
    live.watch('release:1');
    happen('connect');
    await vi.advanceTimersByTimeAsync(0);
    fetched.length = 0;
    for (let version = 1; version <= 20; version += 1) happen('bump', { topic: 'release:1', version });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual(['release:1']);
    happen('bump', { topic: 'release:1', version: 21 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual(['release:1', 'release:1']);
  });

  it('ignores bumps for topics nobody watches, and messages that are no bumps', async () => {
    const { live, fetched, happen } = stage();
    live.watch('releases');
    happen('connect');
    await vi.advanceTimersByTimeAsync(0);
    fetched.length = 0;
    happen('bump', { topic: 'agents', version: 1 });
    happen('bump', null);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual([]);
  });

  it('polls while the socket is down and says since when the server does not answer at all', async () => {
    const { live, fetched, tab, happen } = stage();
    live.watch('releases');
    happen('connect_error', new Error('refused'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetched).toEqual(['releases']);
    tab.reachable = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(live.status().state).toBe('unreachable');
  });

  it('leaves samples alone in a hidden tab and fetches them once it is looked at', async () => {
    const { live, fetched, tab, happen } = stage();
    live.watch('samples:1');
    happen('connect');
    await vi.advanceTimersByTimeAsync(0);
    fetched.length = 0;
    tab.hidden = true;
    happen('bump', { topic: 'samples:1', version: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual([]);
    tab.hidden = false;
    tab.visible();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetched).toEqual(['samples:1']);
  });
});
