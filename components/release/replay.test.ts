import { expect, test } from 'vitest';
import type { ReleaseEventView } from '#lib/contract/release.ts';
import { samplesUntil, stepFrom, stepsOf } from './replay.ts';

const event = (sequence: number, second: number): ReleaseEventView => ({
  sequence,
  at: new Date(second * 1_000).toISOString(),
  type: 'pause',
  actor: { kind: 'engine', name: 'engine' },
  text: '',
  data: {},
  hash: '',
  previousHash: '',
});

test('events of one moment are one step, forwards and backwards, and the ends have no next', () => {
  const steps = stepsOf([event(1, 10), event(2, 10), event(3, 20)]);
  expect(steps).toEqual([10_000, 20_000]);
  expect(stepFrom(steps, 10_000, 'on')).toBe(20_000);
  expect(stepFrom(steps, 15_000, 'back')).toBe(10_000);
  expect(stepFrom(steps, 10_000, 'back')).toBeNull();
  expect(stepFrom(steps, 20_000, 'on')).toBeNull();
});

test('nothing that was measured later is in sight', () => {
  const point = (second: number) => ({
    at: new Date(second * 1_000).toISOString(),
    requests: 1,
    errors: 0,
    latency: [],
    counts: {},
  });
  const samples = {
    step: 5,
    from: new Date(0).toISOString(),
    to: new Date(60_000).toISOString(),
    edges: [],
    series: [{ cluster: 'eu', track: 'canary' as const, points: [point(5), point(10), point(15)] }],
  };
  const seen = samplesUntil(samples, 10_000);
  expect(seen.series[0]?.points).toHaveLength(2);
  expect(seen.to).toBe(samples.to);
});
