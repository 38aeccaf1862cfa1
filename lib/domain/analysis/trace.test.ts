import { expect, it } from 'vitest';
import { parseTraceLine, TraceError } from './trace.ts';

const format = { target: 'trace', latencyEdges: [0.1, 0.2] };
const line = (value: unknown) => JSON.stringify(value);

it('reads a line as the interval that ends with its second', () => {
  const text = line({
    t: 4,
    baseline: { requests: 9, errors: 1, latency: [5, 3, 1], conversions: 2, memory_mb: 515 },
    canary: null,
  });
  expect(parseTraceLine(text, 5, format)).toEqual({
    target: 'trace',
    at: 5000,
    seconds: 1,
    canary: null,
    baseline: { requests: 9, errors: 1, latency: [5, 3, 1], counts: { conversions: 2 } },
    latencyEdges: [0.1, 0.2],
  });
});

it.each([
  ['what is not JSON', '{"t":', 'line 3: not JSON'],
  ['a missing field', line({ t: 0, canary: { requests: 1 }, baseline: null }), /^line 3: canary\.errors: /],
  ['a missing arm', line({ t: 0, canary: null }), /^line 3: baseline: /],
  [
    'a count that is text',
    line({ t: 0, canary: null, baseline: { requests: 'x', errors: 0 } }),
    /^line 3: baseline\.requests: /,
  ],
  [
    'another number of buckets',
    line({ t: 0, canary: null, baseline: { requests: 1, errors: 0, latency: [1] } }),
    'line 3: baseline.latency: 3 buckets wanted, 1 found',
  ],
])('refuses %s, naming line and field', (_, text, message) => {
  expect(() => parseTraceLine(text, 3, format)).toThrow(TraceError);
  expect(() => parseTraceLine(text, 3, format)).toThrow(message);
});
