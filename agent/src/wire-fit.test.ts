import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IncreaseReader } from './metrics/increase-reader.ts';
import type { MetricRoles } from './metrics/metric-roles.ts';
import { SourceError } from './metrics/source.ts';
import { TotalsBuilder } from './metrics/totals.ts';
import { detailsProblem, messages } from './protocol.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { rowsOf } from './sample-rows.ts';
import { TARGET } from './testing/wish.ts';

const roles: MetricRoles = {
  requests: 'requests',
  errors: 'errors',
  latency: null,
  counts: [],
  means: [
    { name: 'basket', bound: 100, from: 'counters' },
    { name: 'weight', bound: null, from: 'histogram' },
  ],
  gauges: ['memory', 'queue'],
  started: true,
  routeLabel: 'route',
  fingerprintLabel: 'code',
};
const COUNTS = ['requests', 'errors'];
const MORE = ['basket.n', 'basket.sum', 'basket.sumOfSquares', 'weight', 'memory', 'queue', 'started'];

const labels = {
  route: fc.oneof(fc.constantFrom('/a', '/b', 'other', ''), fc.string({ unit: 'binary', maxLength: 90 })),
  code: fc.constantFrom('200', '500', '503', '__proto__'),
  le: fc.constantFrom('10', '100', '+Inf', 'x'),
};
/** Anything a page may show: odd labels, totals that fall, numbers that are none. */
const series = fc.oneof(
  { weight: 30, arbitrary: fc.record({ key: fc.constantFrom(...COUNTS), value: fc.nat(1_000), ...labels }) },
  {
    weight: 10,
    arbitrary: fc.record({
      key: fc.constantFrom(...MORE),
      value: fc.oneof(fc.nat(1_000), fc.double(), fc.constantFrom(-1, 1e308, Number.NaN)),
      ...labels,
    }),
  },
  { weight: 1, arbitrary: fc.record({ key: fc.constantFrom(...COUNTS), value: fc.double(), ...labels }) },
);
type Series = typeof series extends fc.Arbitrary<infer T> ? T : never;

const totalsOf = (instance: string, shown: readonly Series[]) => {
  const builder = new TotalsBuilder(instance, roles);
  try {
    for (const { key, route, code, le, value } of shown) {
      const labels = new Map([
        ['route', route],
        ['code', code],
        ...(key === 'weight' ? [['le', le] as const] : []),
      ]);
      builder.add(key, key, labels, value);
    }
    return [builder.done()];
  } catch (error) {
    // What a source answers with silence.
    if (error instanceof SourceError) return [];
    throw error;
  }
};

it('whatever a source shows, the wire takes what the agent makes of it', () => {
  // A page that shows a series twice is refused as a whole.
  const page = fc.uniqueArray(series, {
    selector: ({ key, route, code }) => JSON.stringify([key, route, code]),
    maxLength: 12,
  });
  let detailed = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(page, page, page), { minLength: 2, maxLength: 6 }), (readings) => {
      const reader = new IncreaseReader({ roles, everySeconds: 5, queries: {} });
      const buffer = new SampleBuffer(TARGET);
      for (const [index, [one, two, three]] of readings.entries()) {
        const tracks = {
          canary: [...totalsOf('one', one), ...totalsOf('two', two)],
          baseline: totalsOf('three\u0000', three),
        };
        buffer.add(rowsOf(TARGET, reader.read({ at: 1e12 + index * 5_000, tracks, problems: [] })));
      }
      for (let sent = buffer.take(); sent !== null; sent = buffer.take()) {
        const parsed = messages.samples.safeParse(JSON.parse(JSON.stringify({ v: 1, epoch: 1, ...sent })));
        expect(parsed.error?.issues ?? []).toEqual([]);
        for (const [row, details] of (sent.rows.details ?? []).entries()) {
          const counted = { requests: sent.rows.requests[row] ?? 0, errors: sent.rows.errors[row] ?? 0 };
          expect(details && detailsProblem(details, counted)).toBeNull();
          if (Object.keys(details?.routes ?? {}).length > 0) detailed += 1;
        }
      }
    }),
  );
  expect(detailed).toBeGreaterThan(20);
});
