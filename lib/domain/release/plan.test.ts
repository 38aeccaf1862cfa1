import { describe, expect, it } from 'vitest';
import { checkPlanMetrics, parsePlan } from './plan.ts';
import { bindMargins } from './plan-analysis.ts';
import { planOf } from './testing.ts';

const document = (spec: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'shop-canary' },
  spec: { strategy: 'canary', ...spec },
  ...rest,
});
const stage = (name: string, share: unknown, rest: Record<string, unknown> = {}) => ({
  name,
  share,
  ...rest,
});

const plain = { wave: null, checks: [], parity: 'off', drainSeconds: 0, schema: null };

describe('a plan document', () => {
  it('advances by twice the baseline or 1 failure in 1,000 unless it says otherwise', () => {
    const advance = (given: Record<string, unknown>) =>
      parsePlan(document({ stages: [stage('all', 100)], analysis: { advance: given } })).plan?.analysis
        .advance;
    expect(advance({})).toEqual({ ratioMax: 2, rateMax: 0.001, alpha: 0.05 });
    expect(advance({ rateMax: '2%' })).toEqual({ ratioMax: 2, rateMax: 0.02, alpha: 0.05 });
    expect(advance({ rateMax: 0, ratioMax: 3 })).toEqual({ ratioMax: 3, rateMax: 0, alpha: 0.05 });
  });

  it('refuses a rateMax that would let any canary pass', () => {
    const analysis = { advance: { rateMax: '100%' } };
    expect(parsePlan(document({ stages: [stage('all', 100)], analysis })).errors).toEqual([
      {
        path: 'spec.analysis.advance.rateMax',
        message: expect.stringContaining('use at most 10 %'),
      },
    ]);
  });

  it('reads durations, percents and defaults', () => {
    const { plan } = parsePlan(
      document({
        stages: [
          stage('first', '0.1%', { bake: { min: '1m30s', max: '2h' } }),
          stage('all', 100, { watch: '10m' }),
        ],
        analysis: {
          alpha: 0.01,
          warmup: '90s',
          metrics: [
            { name: 'errors', margin: '10%', weight: 0.5 },
            { name: 'latency', guard: { p95: '800ms' } },
          ],
        },
        whenContactIsLost: { after: '120s', then: 'baseline', neverAfter: '2h' },
      }),
    );
    expect(plan?.stages).toEqual([
      {
        name: 'first',
        shareBasisPoints: 10,
        gate: 'evidence',
        bakeSecondsMin: 90,
        bakeSecondsMax: 7_200,
        watchSeconds: 0,
        ...plain,
      },
      {
        name: 'all',
        shareBasisPoints: 10_000,
        gate: 'evidence',
        bakeSecondsMin: 0,
        bakeSecondsMax: null,
        watchSeconds: 600,
        ...plain,
      },
    ]);
    expect(plan?.analysis.metrics).toEqual([
      { name: 'errors', margin: 0.1, weight: 0.5, guard: undefined },
      { name: 'latency', margin: 0.05, weight: 0.5, guard: { p95: 0.8 } },
    ]);
    expect(plan?.whenContactIsLost).toEqual({
      afterSeconds: 120,
      then: 'baseline',
      neverAfterSeconds: 7_200,
    });
  });

  it('leaves a margin open whose kind only the service knows, and takes limits in people’s words', () => {
    const analysis = {
      metrics: [
        { name: 'memory', guard: { max: 512 } },
        { name: 'orders', guard: { min: 20, timesNormal: 3 } },
      ],
    };
    const plan = planOf({ analysis });
    expect(plan.analysis.metrics).toMatchObject([
      { name: 'memory', isMarginOpen: true, guard: { max: 512 } },
      { name: 'orders', isMarginOpen: true, guard: { min: 20, timesNormal: 3 } },
    ]);
    const bound = bindMargins(plan.analysis, [
      { name: 'memory', kind: 'gauge' },
      { name: 'orders', kind: 'count' },
    ]);
    expect(bound.metrics.map(({ margin }) => margin)).toEqual([0.2, 0.01]);
  });

  it('names the field and the fix of a limit that is none', () => {
    const spec = {
      stages: [stage('a', 5)],
      analysis: { metrics: [{ name: 'errors', guard: { timesNormal: 1 } }] },
    };
    expect(parsePlan(document(spec)).errors).toEqual([
      { path: 'spec.analysis.metrics[0].guard.timesNormal', message: expect.stringContaining('more than 1') },
    ]);
    const typo = { ...spec, analysis: { metrics: [{ name: 'errors', guard: { timesNormel: 3 } }] } };
    expect(parsePlan(document(typo)).errors?.[0]?.message).toContain('did you mean "timesNormal"');
  });

  it('gets a last stage of 100 % when it has none', () => {
    expect(planOf({ stages: [stage('first', 5)] }).stages.map((s) => [s.name, s.shareBasisPoints])).toEqual([
      ['first', 500],
      ['all', 10_000],
    ]);
  });

  const refused = [
    [
      'an unknown key, with the nearest known one',
      { stages: [stage('first', 5)], analysys: {} },
      'spec.analysys',
      'did you mean "analysis"',
    ],
    [
      'an unknown key deep inside',
      { stages: [stage('first', 5, { bake: { mni: '5m' } })] },
      'spec.stages[0].bake.mni',
      'did you mean "min"',
    ],
    [
      'shares that do not rise',
      { stages: [stage('a', 25), stage('b', 5)] },
      'spec.stages[1].share',
      'shares must rise',
    ],
    ['a share above 100', { stages: [stage('a', 120)] }, 'spec.stages[0].share', 'between 0 and 100'],
    ['a share with three decimals', { stages: [stage('a', 0.001)] }, 'spec.stages[0].share', 'two decimals'],
    ['a share of nothing', { stages: [stage('a', 0)] }, 'spec.stages[0].share', 'above 0'],
    ['a wrong type', { stages: [stage('a', true)] }, 'spec.stages[0].share', 'write a percentage'],
    ['no stages', { stages: [] }, 'spec.stages', 'at least one stage'],
    [
      'two stages of one name',
      { stages: [stage('a', 5), stage('a', 25)] },
      'spec.stages[1].name',
      'own name',
    ],
    [
      'a duration without unit',
      { stages: [stage('a', 5, { bake: { min: '5 minutes' } })] },
      'spec.stages[0].bake.min',
      'write a duration',
    ],
    [
      'a bake maximum below the minimum',
      { stages: [stage('a', 5, { bake: { min: '5m', max: '1m' } })] },
      'spec.stages[0].bake.max',
      'must not be below',
    ],
    [
      'a bake gate without time',
      { stages: [stage('a', 5, { gate: 'bake' })] },
      'spec.stages[0].bake.min',
      'bake time',
    ],
    [
      'a watch before full share',
      { stages: [stage('a', 5, { watch: '5m' })] },
      'spec.stages[0].watch',
      '100 %',
    ],
    [
      'weights above one budget',
      {
        stages: [stage('a', 5)],
        analysis: {
          metrics: [
            { name: 'errors', weight: 0.8 },
            { name: 'x', weight: 0.8 },
          ],
        },
      },
      'spec.analysis.metrics',
      'sum',
    ],
    [
      'an alpha that is a percentage',
      { stages: [stage('a', 5)], analysis: { alpha: 1 } },
      'spec.analysis.alpha',
      'at most 0.2',
    ],
    ['a strategy nobody knows', { strategy: 'yolo', stages: [stage('a', 5)] }, 'spec.strategy', 'canary'],
  ] as const;
  for (const [name, spec, path, message] of refused) {
    it(`is refused for ${name}`, () => {
      const { plan, errors } = parsePlan(document(spec));
      expect(plan).toBeNull();
      expect(errors?.find((error) => error.path === path)?.message).toContain(message);
    });
  }

  it('never throws, whatever it is given', () => {
    for (const junk of [null, undefined, 1, 'plan', [], {}, { spec: null }])
      expect(parsePlan(junk).errors?.length).toBeGreaterThan(0);
  });

  it('is told which metric the service does not have', () => {
    const plan = planOf({ analysis: { metrics: [{ name: 'erors' }] } });
    expect(checkPlanMetrics(plan, [{ name: 'errors', kind: 'errors' }])).toEqual([
      {
        path: 'spec.analysis.metrics[0].name',
        message: 'the service has no metric "erors"; did you mean "errors"?',
      },
    ]);
  });
});
