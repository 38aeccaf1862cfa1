import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../analysis/contract.ts';
import type { ClusterTraffic } from './expected-run.ts';
import { forecastPlan } from './forecast-plan.ts';
import { planOf } from './testing.ts';

const metrics: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better' },
  { name: 'memory', kind: 'gauge', direction: 'lower-is-better' },
];
const traffic = (requestsPerSecond: number, over: Partial<ClusterTraffic> = {}): ClusterTraffic => ({
  cluster: 'eu-west',
  requestsPerSecond,
  errorRate: 0.005,
  edges: [0.1, 0.5],
  latency: [0.9, 0.09, 0.01],
  counts: {},
  ...over,
});
const analysis = { warmup: '30s', metrics: [{ name: 'errors' }, { name: 'latency' }] };
const ONE_STAGE = [
  { name: 'first', share: 5 },
  { name: 'all', share: 100 },
];
const seconds = (requestsPerSecond: number, spec: Record<string, unknown> = {}) =>
  forecastPlan(planOf({ analysis, ...spec }), metrics, [traffic(requestsPerSecond)]).stages.map(
    (stage) => stage.seconds,
  );

describe('the forecast of a plan', () => {
  it('is shorter with more traffic, never below the bake time, and honest about a day without an answer', () => {
    const [slow] = seconds(100, { stages: ONE_STAGE });
    const [fast] = seconds(2_000, { stages: ONE_STAGE });
    expect(slow).toBeGreaterThan(fast ?? Number.POSITIVE_INFINITY);
    expect(fast).toBeGreaterThanOrEqual(30);
    const baked = seconds(2_000, {
      stages: [
        { name: 'first', share: 5, bake: { min: '10m' } },
        { name: 'all', share: 100 },
      ],
    });
    expect(baked[0]).toBe(600);
  });

  it('says that the traffic cannot answer within the bake time, and that nobody knows what comes after', () => {
    const { stages } = forecastPlan(planOf({ analysis }), metrics, [traffic(0.5)]);
    expect(stages.map(({ ends }) => ends)).toEqual(['not-in-time', 'unknown', 'unknown']);
    expect(stages[0]).toMatchObject({ seconds: null });
    expect(stages[0]?.sentence).toContain(
      'about 2 canary requests a minute cannot show enough within 30 min',
    );
  });

  it('expects nothing where nothing was measured', () => {
    for (const none of [[], [traffic(0)]]) {
      const { stages } = forecastPlan(planOf({ analysis }), metrics, none);
      expect(stages.every(({ ends, seconds }) => ends === 'unknown' && seconds === null)).toBe(true);
      expect(stages[0]?.sentence).toContain('no traffic was measured');
    }
  });

  it('takes no longer for a second stage that needs no new claim than its bake time, and names who decides', () => {
    const stages = [
      { name: 'first', share: 10 },
      { name: 'more', share: 25, bake: { min: '60s' } },
      { name: 'half', share: 50, gate: 'manual', bake: { min: '2m' } },
      { name: 'all', share: 100, watch: '5m' },
    ];
    const forecast = forecastPlan(planOf({ analysis, stages }), metrics, [traffic(500)]).stages;
    expect(forecast[1]).toMatchObject({ ends: 'by-evidence', seconds: 60 });
    expect(forecast[2]).toMatchObject({ ends: 'by-person', seconds: 120 });
    expect(forecast[2]?.sentence).toBe('50 %: at least 2 min, then a person advances.');
    expect(forecast[3]).toMatchObject({ ends: 'by-time', seconds: 300 });
  });

  it('leaves out what was not measured, and says so', () => {
    const wide = planOf({ analysis: { ...analysis, metrics: [...analysis.metrics, { name: 'memory' }] } });
    const { notes, stages } = forecastPlan(wide, metrics, [traffic(500, { latency: [] })]);
    expect(notes).toEqual([
      'Not part of this forecast, since nothing of it was measured: latency and memory.',
    ]);
    expect(stages[0]?.ends).toBe('by-evidence');
  });

  it('counts only the clusters of a wave', () => {
    const places = [traffic(1_000), traffic(1_000, { cluster: 'us-east' })];
    const plan = planOf({ analysis, stages: ONE_STAGE });
    const inWaves = plan.stages.map((stage, index) =>
      index === 0 ? { ...stage, wave: { name: 'eu', clusters: ['eu-west'] } } : stage,
    );
    const waves = forecastPlan({ ...plan, stages: inWaves }, metrics, places).stages;
    const alone = forecastPlan(plan, metrics, [traffic(1_000)]).stages;
    expect(waves[0]?.seconds).toBe(alone[0]?.seconds);
    expect(waves[0]?.sentence).toContain('5 % in eu');
  });
});
