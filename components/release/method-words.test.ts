import { describe, expect, it } from 'vitest';
import { METRIC_KINDS } from '#lib/domain/analysis/metric-kinds.ts';
import { methodText } from './method-words.ts';

describe('the method of a metric', () => {
  it('is told for every kind, with its window and what is tolerated', () => {
    for (const kind of METRIC_KINDS)
      expect(methodText({ kind }, { warmup: 90, margin: 5 })).toMatch(
        /\. Counted since the warm-up of 90 s\. Tolerated is a canary up to 5 % worse\.$/,
      );
  });

  it('claims no margin and no warm-up that the plan does not have', () => {
    const text = methodText({ kind: 'errors' }, { warmup: 0, margin: null });
    expect(text).toMatch(/Counted since the start\.$/);
    expect(text).not.toContain('Tolerated');
  });
});
