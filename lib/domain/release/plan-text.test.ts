import { expect, test } from 'vitest';
import { parsePlan } from './plan.ts';
import { planSentences } from './plan-text.ts';

const sentences = (spec: Record<string, unknown>): string[] => {
  const { plan, errors } = parsePlan({
    apiVersion: 'slipway/v1',
    kind: 'Plan',
    metadata: { name: 'p' },
    spec: { strategy: 'canary', ...spec },
  });
  if (!plan) throw new Error(JSON.stringify(errors));
  return planSentences(plan);
};
const oneStage = { stages: [{ name: 'all', share: 100 }] };

test('every stage says its share, how long it takes and what ends it', () => {
  const stages = [
    { name: 'first', share: 0.5, bake: { min: '60s', max: '30m' } },
    { name: 'asked', share: 5, gate: 'manual' },
    { name: 'signed', share: 25, bake: { min: '1h' }, gate: 'approval' },
    { name: 'baked', share: 50, bake: { min: '5m' }, gate: 'bake' },
    { name: 'all', share: 100, watch: '10m' },
  ];
  expect(sentences({ stages }).slice(0, 5)).toEqual([
    'first: 0.5 % of the traffic for at least 1 min, until the evidence allows 5 %; after 30 min without that, a person is asked.',
    'asked: 5 % of the traffic, until a person advances it to 25 %.',
    'signed: 25 % of the traffic for at least 1 h, until an approver approves 50 %.',
    'baked: 50 % of the traffic for at least 5 min, then 100 %, unless the analysis objects or cannot see.',
    'all: all traffic, watched for 10 min; then the release is finished.',
  ]);
});

test('a stage of all traffic that nobody wrote is told too', () => {
  const told = sentences({ stages: [{ name: 'some', share: 10 }] });
  expect(told[1]).toBe('all: all traffic; the release is finished once every cluster has confirmed it.');
});

test('the analysis is told with its metrics, its pace and its false-alarm budget', () => {
  const analysis = {
    alpha: 0.005,
    warmup: '0s',
    every: '10s',
    metrics: [{ name: 'errors' }, { name: 'orders' }],
  };
  expect(sentences({ ...oneStage, analysis })).toContain(
    'The analysis compares errors and orders with the baseline every 10 s; it rolls a healthy canary back with a chance of at most 0.5 %.',
  );
  expect(sentences(oneStage)).toContain(
    'The analysis compares errors with the baseline every 5 s, after a warm-up of 1 min 30 s; it rolls a healthy canary back with a chance of at most 1 %. Only errors are judged, no other metric of the service.',
  );
});

test('an evidence gate is told with what it waits for, and only where there is one', () => {
  const stages = [{ name: 'some', share: 10 }];
  const waits = (spec: Record<string, unknown>) =>
    sentences(spec).filter((sentence) => sentence.startsWith('The evidence allows more'));
  expect(waits({ stages })).toEqual([
    'The evidence allows more once it shows that the canary fails less than 2 times as often as the baseline, or in fewer than 0.1 % of its requests, with a doubt of at most 5 % and no sign of harm.',
  ]);
  expect(waits({ stages, analysis: { advance: { rateMax: 0 } } })[0]).not.toContain('of its requests');
  expect(waits({ stages, analysis: { metrics: [{ name: 'orders' }] } })[0]).toMatch(
    /fares less than 2 times/,
  );
  expect(waits({ stages: [{ name: 'some', share: 10, gate: 'manual' }] })).toEqual([]);
});

test('harm is told as the plan treats it', () => {
  const automatic = sentences(oneStage)[2];
  const byHand = sentences({ ...oneStage, rollback: { automatic: false } })[2];
  expect(automatic).toMatch(/goes back to the baseline as soon as/);
  expect(byHand).toMatch(/a person decides/);
});

test.each([
  ['hold', /does not rise/],
  ['pause', /pauses until a person/],
  ['rollback', /all traffic goes back/],
])('a lost agent with %s is told as what will happen', (onAgentLost, told) => {
  expect(sentences({ ...oneStage, rollback: { onAgentLost } })[3]).toMatch(told);
});

test.each([
  [{}, 'for 2 min leaves the traffic as it is.'],
  [
    { then: 'hold', neverAfter: '1h' },
    'leaves the traffic as it is, and after 1 h goes back to the baseline.',
  ],
  [{ then: 'guard' }, 'leaves the traffic as it is, since it cannot judge alone.'],
  [{ after: '30s', then: 'baseline' }, 'for 30 s goes back to the baseline by itself.'],
  [{ after: '5m', then: 'hold', neverAfter: '1m' }, 'for 1 min goes back to the baseline by itself.'],
])('lost contact %j is told as what the agent will do', (whenContactIsLost, told) => {
  expect(sentences({ ...oneStage, whenContactIsLost }).at(-1)).toContain(told);
});
