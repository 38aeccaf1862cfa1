import { describe, expect, it } from 'vitest';
import { analysisDocument, parseAnalysis } from './plan-analysis.ts';

const metrics = [
  { name: 'errors', kind: 'errors' as const },
  { name: 'latency', kind: 'latency' as const },
];
const parsed = (document: unknown) => parseAnalysis(document, metrics, 'analysis');

describe('an analysis block on its own', () => {
  it('written and read again is the same policy', () => {
    const { policy } = parsed({
      alpha: 0.02,
      warmup: '2m',
      advance: { rateMax: '0.07%' },
      metrics: [
        { name: 'errors', margin: 7, guard: { rate: '0.29%' } },
        { name: 'latency', weight: 0.4, guard: { p95: '800ms' } },
      ],
    });
    if (!policy) throw new Error('it was refused');
    expect(parsed(analysisDocument(policy)).policy).toEqual(policy);
    expect(analysisDocument(policy)).toMatchObject({
      warmup: 120,
      advance: { rateMax: 0.07 },
      metrics: [{ margin: 7, guard: { rate: 0.29 } }, { guard: { p95: 0.8 } }],
    });
  });

  it('is refused in the words of a plan, with the path that was asked for', () => {
    expect(parsed({ alpha: 2 }).errors).toEqual([
      { path: 'analysis.alpha', message: expect.stringContaining('at most 0.2') },
    ]);
    expect(parsed({ metrics: [{ name: 'eror' }] }).errors?.[0]?.path).toBe('analysis.metrics[0].name');
  });
});
