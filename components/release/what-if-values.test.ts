import { describe, expect, it } from 'vitest';
import { parseAnalysis } from '#lib/domain/release/plan-analysis.ts';
import { documentOf, fieldOf, presetOf, valuesOf } from './what-if-values.ts';

const policy = {
  alpha: 0.01,
  warmup: 90,
  every: 5,
  advance: { ratioMax: 2, rateMax: 0.1, alpha: 0.05 },
  metrics: [
    { name: 'errors', margin: 10, weight: 0.5, guard: { rate: 2 } },
    { name: 'latency', margin: 5, weight: 0.35 },
  ],
};
const kindOf = (name: string) => name;
const declared = [
  { name: 'errors', kind: 'errors' as const },
  { name: 'latency', kind: 'latency' as const },
];

describe('the form of "what if"', () => {
  it('sends the policy that it shows', () => {
    expect(documentOf(valuesOf(policy, kindOf))).toEqual(policy);
  });

  it('leaves out what is empty, so that no guard is sent as zero', () => {
    const values = valuesOf(policy, kindOf);
    const [errors] = values.metrics;
    if (!errors) throw new Error('a metric is missing');
    const emptied = { ...values, warmup: '', metrics: [{ ...errors, guard: [{ key: 'rate', limit: '' }] }] };
    expect(documentOf(emptied)).toEqual({
      alpha: 0.01,
      every: 5,
      advance: policy.advance,
      metrics: [{ name: 'errors', margin: 10, weight: 0.5 }],
    });
  });

  it('offers the usual guard of a kind and those that the policy has', () => {
    const guarded = { ...policy, metrics: [{ name: 'latency', margin: 5, guard: { p50: 0.2 } }] };
    const [latency] = valuesOf(guarded, kindOf).metrics;
    expect(latency?.guard).toEqual([
      { key: 'p95', limit: '' },
      { key: 'p50', limit: 0.2 },
    ]);
  });

  it('finds the field that a refusal names', () => {
    const values = valuesOf(policy, kindOf);
    expect(fieldOf('analysis.alpha', values)).toBe('alpha');
    expect(fieldOf('analysis.metrics[1].margin', values)).toBe('metrics.1.margin');
    expect(fieldOf('analysis.metrics[1].guard.p95', values)).toBe('metrics.1.guard.0.limit');
  });

  it('starts from presets that are real policies, stricter and more tolerant in every part', () => {
    for (const given of [
      policy,
      { ...policy, alpha: 0.2, advance: { ratioMax: 10, rateMax: 10, alpha: 0.5 } },
    ])
      for (const preset of ['own', 'stricter', 'tolerant'] as const)
        expect(parseAnalysis(presetOf(preset, given), declared, 'analysis').errors).toBeNull();
    const [strict, lax] = [presetOf('stricter', policy), presetOf('tolerant', policy)];
    expect(strict.alpha).toBeGreaterThan(policy.alpha);
    expect(lax.alpha).toBeLessThan(policy.alpha);
    expect(strict.metrics[0]?.margin).toBeLessThan(lax.metrics[0]?.margin ?? 0);
    expect(strict.advance.ratioMax).toBeLessThan(lax.advance.ratioMax);
    expect(strict.advance.alpha).toBeLessThan(lax.advance.alpha);
  });
});
