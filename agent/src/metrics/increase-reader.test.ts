import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IncreaseReader } from './increase-reader.ts';
import type { MetricRoles } from './metric-roles.ts';
import type { InstanceTotals } from './track-memory.ts';

const roles: MetricRoles = {
  requests: 'requests',
  errors: 'errors',
  latency: 'latency',
  counts: ['orders'],
  means: [],
  gauges: [],
  started: false,
  routeLabel: null,
  fingerprintLabel: null,
};
const newReader = (change: Partial<MetricRoles> = {}) =>
  new IncreaseReader({ roles: { ...roles, ...change }, everySeconds: 5, queries: {} });

type Totals = {
  requests?: Record<string, number>;
  errors?: Record<string, number>;
  orders?: Record<string, number>;
};
const totals = (
  instance: string,
  counters: Totals,
  latency: Record<string, [number, number][]> = {},
): InstanceTotals => ({
  instance,
  counters: new Map(Object.entries(counters).map(([key, series]) => [key, new Map(Object.entries(series))])),
  latency: new Map(Object.entries(latency).map(([series, buckets]) => [series, new Map(buckets)])),
});
const at = (seconds: number, canary: InstanceTotals[], baseline: InstanceTotals[] = []) => ({
  at: 1_000_000 + seconds * 1000,
  tracks: { canary, baseline },
  problems: [],
});

describe('increases', () => {
  it('need two readings: the first only sets the reference', () => {
    const reader = newReader();
    expect(reader.read(at(0, [totals('i', { requests: { a: 100 } })])).tracks).toEqual({});
    const second = reader.read(at(5, [totals('i', { requests: { a: 107 }, errors: { a: 2 } })]));
    expect(second.seconds).toBe(5);
    expect(second.tracks.canary).toEqual({ requests: 7, errors: 2, latency: [], counts: { orders: 0 } });
    expect(second.tracks.baseline).toBeUndefined();
  });

  it('after a restart are the new totals', () => {
    const reader = newReader();
    reader.read(at(0, [totals('i', { requests: { a: 100, b: 50 } })]));
    const { tracks } = reader.read(at(5, [totals('i', { requests: { a: 3, b: 51 } })]));
    expect(tracks.canary?.requests).toBe(3 + 1);
  });

  it('of a new series count from zero in a known instance and not at all in a new one', () => {
    const reader = newReader();
    reader.read(at(0, [totals('i', { requests: { a: 1 } })]));
    const { tracks } = reader.read(
      at(5, [totals('i', { requests: { a: 1, b: 4 } }), totals('new', { requests: { a: 900 } })]),
    );
    expect(tracks.canary?.requests).toBe(4);
  });

  it('of a new instance count from zero when its process began since the last reading', () => {
    const reader = newReader({ started: true });
    const born = (seconds: number) => ({ startedAt: 1_000_000 + seconds * 1_000 });
    reader.read(at(0, [totals('i', { requests: { a: 1 } })]));
    const { tracks, countedFrom } = reader.read(
      at(5, [
        { ...totals('young', { requests: { a: 40 } }), ...born(2) },
        { ...totals('old', { requests: { a: 900 } }), ...born(-1) },
        totals('silent about it', { requests: { a: 900 } }),
      ]),
    );
    expect(tracks.canary?.requests).toBe(40);
    expect(countedFrom).toBe(1_002_000);
  });

  it('of a series that went away and came back count from zero, since its process restarted', () => {
    const reader = newReader();
    reader.read(at(0, [totals('i', { requests: { a: 10, b: 2 } })]));
    reader.read(at(5, [totals('i', { requests: { a: 10 } })]));
    const { tracks } = reader.read(at(10, [totals('i', { requests: { a: 10, b: 5 } })]));
    expect(tracks.canary?.requests).toBe(5);
  });

  it('of an instance that was away shortly are brought when it is back', () => {
    const reader = newReader();
    const baseline = (n: number) => [totals('b', { requests: { a: n } })];
    reader.read(at(0, [totals('i', { requests: { a: 10 } })], baseline(0)));
    expect(reader.read(at(5, [], baseline(1))).tracks).toHaveProperty('baseline.requests', 1);
    const { tracks } = reader.read(at(10, [totals('i', { requests: { a: 30 } })], baseline(2)));
    expect(tracks.canary?.requests).toBe(20);
  });

  it.each([16, -1])('are not taken over a gap of %d seconds', (seconds) => {
    const reader = newReader();
    reader.read(at(0, [totals('i', { requests: { a: 10 } })]));
    expect(reader.read(at(seconds, [totals('i', { requests: { a: 30 } })])).tracks).toEqual({});
    const { tracks } = reader.read(at(seconds + 5, [totals('i', { requests: { a: 31 } })]));
    expect(tracks.canary?.requests).toBe(1);
  });

  describe('tell how the traffic was split', () => {
    const one = (name: string, n: number, takenAt?: number) => ({
      ...totals(name, { requests: { a: n } }),
      ...(takenAt === undefined ? {} : { takenAt: 1_000_000 + takenAt * 1_000 }),
    });
    const wholeAfter = (...steps: [canary: InstanceTotals[], baseline: InstanceTotals[]][]) => {
      const reader = newReader({ started: true });
      return steps.map(([canary, baseline], index) => reader.read(at(5 * index, canary, baseline)).whole);
    };

    it('when all instances of both tracks were read at both ends', () => {
      const both: [InstanceTotals[], InstanceTotals[]] = [[one('c', 1)], [one('b', 1), one('d', 1)]];
      expect(wholeAfter(both, both, both)).toEqual([false, true, true]);
    });

    it('not when one is new, unless it says that it began since', () => {
      const start: [InstanceTotals[], InstanceTotals[]] = [[one('c', 1)], [one('b', 1)]];
      const late = one('late', 1);
      expect(wholeAfter(start, [[one('c', 1), late], [one('b', 1)]])).toEqual([false, false]);
      const born = { ...late, startedAt: 1_003_000 };
      expect(wholeAfter(start, [[one('c', 1), born], [one('b', 1)]])).toEqual([false, true]);
    });

    it('not when one is gone, nor when it comes back with what it counted meanwhile', () => {
      const all: [InstanceTotals[], InstanceTotals[]] = [[one('c', 1)], [one('b', 1), one('d', 1)]];
      const some: [InstanceTotals[], InstanceTotals[]] = [[one('c', 1)], [one('b', 1)]];
      expect(wholeAfter(all, some, all, all)).toEqual([false, false, false, true]);
      expect(wholeAfter(all, [[], [one('b', 1), one('d', 1)]])).toEqual([false, false]);
    });

    it('not when what they show is of another age than their last', () => {
      const shown = (canary: number, baseline: number): [InstanceTotals[], InstanceTotals[]] => [
        [one('c', 1, canary)],
        [one('b', 1, baseline)],
      ];
      expect(wholeAfter(shown(-1, -4), shown(4, 1), shown(9, 6))).toEqual([false, true, true]);
      expect(wholeAfter(shown(-1, -4), shown(-1, 1), shown(9, 6))).toEqual([false, false, false]);
    });
  });

  it('with more errors than requests make the track silent and say so', () => {
    const reader = newReader();
    reader.read(at(0, [totals('i', { requests: { a: 0 } })]));
    const reading = reader.read(at(5, [totals('i', { requests: { a: 1 }, errors: { a: 2 } })]));
    expect(reading.tracks).toEqual({});
    expect(reading.problem).toContain('canary: 2 errors of 1 requests');
  });

  it('add up to the true number of events over restarts, joins and lost readings', () => {
    const step = fc.record({ restart: fc.boolean(), events: fc.nat(20), readable: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, step), { minLength: 1, size: 'max', maxLength: 40 }), (steps) => {
        const reader = newReader();
        const instances = [new Instance('0'), new Instance('1')];
        reader.read(
          at(
            0,
            instances.map((instance) => instance.totals()),
          ),
        );
        let counted = 0;
        for (const [index, pair] of steps.entries()) {
          const readable = instances.filter((instance, i) => instance.live(pair[i] ?? pair[0]));
          const reading = reader.read(
            at(
              5 * (index + 1),
              readable.map((instance) => instance.totals()),
            ),
          );
          counted += reading.tracks.canary?.requests ?? 0;
        }
        expect(counted).toBe(instances.reduce((sum, instance) => sum + instance.events - instance.unread, 0));
      }),
    );
  });
});

/** A process that counts, restarts and is sometimes not readable, never twice in a row. */
class Instance {
  events = 0;
  unread = 0;
  #total = 0;
  #wasRead = true;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** One interval; is the instance readable at its end? Only restarts that a reader can see happen: the total falls. */
  live(step: { restart: boolean; events: number; readable: boolean }): boolean {
    const restarts = step.restart && step.readable && this.#wasRead && step.events < this.#total;
    this.#total = (restarts ? 0 : this.#total) + step.events;
    this.events += step.events;
    const isRead = step.readable || !this.#wasRead;
    this.unread = isRead ? 0 : this.unread + step.events;
    this.#wasRead = isRead;
    return isRead;
  }

  totals(): InstanceTotals {
    return totals(this.#name, { requests: { a: this.#total } });
  }
}

describe('histograms', () => {
  const inf = Number.POSITIVE_INFINITY;
  const read = (before: [number, number][], now: [number, number][], other?: [number, number][]) => {
    const reader = newReader();
    const baseline = other ? [totals('b', {}, { s: other })] : [];
    reader.read(at(0, [totals('i', {}, { s: before })], baseline));
    const { edges, tracks } = reader.read(at(5, [totals('i', {}, { s: now })], baseline));
    return { edges, latency: tracks.canary?.latency };
  };

  it('become counts per bucket', () => {
    expect(
      read(
        [
          [0.1, 5],
          [0.5, 7],
          [inf, 8],
        ],
        [
          [0.1, 6],
          [0.5, 12],
          [inf, 14],
        ],
      ),
    ).toEqual({
      edges: [0.1, 0.5],
      latency: [1, 4, 1],
    });
  });

  it('of which any bucket fell are taken as restarted in all buckets', () => {
    expect(
      read(
        [
          [0.1, 5],
          [inf, 6],
        ],
        [
          [0.1, 2],
          [inf, 9],
        ],
      ).latency,
    ).toEqual([2, 7]);
  });

  it('with new edges are taken as restarted', () => {
    expect(
      read(
        [
          [0.1, 1],
          [inf, 1],
        ],
        [
          [0.1, 2],
          [0.2, 3],
          [inf, 3],
        ],
      ),
    ).toEqual({ edges: [0.1, 0.2], latency: [2, 1, 0] });
  });

  it('of tracks with other edges are compared at the common ones, without losing an observation', () => {
    const now: [number, number][] = [
      [0.1, 1],
      [0.2, 4],
      [0.5, 6],
      [inf, 9],
    ];
    const zero: [number, number][] = now.map(([edge]) => [edge, 0]);
    expect(
      read(zero, now, [
        [0.2, 0],
        [1, 0],
        [inf, 0],
      ]),
    ).toEqual({ edges: [0.2], latency: [4, 5] });
  });

  it('never give a negative count when a bucket lags by an event', () => {
    expect(
      read(
        [
          [0.1, 0],
          [0.5, 0],
          [inf, 0],
        ],
        [
          [0.1, 3],
          [0.5, 2],
          [inf, 3],
        ],
      ).latency,
    ).toEqual([3, 0, 0]);
  });
});
