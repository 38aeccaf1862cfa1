import { describe, expect, it } from 'vitest';
import {
  evidencePosition,
  evidenceText,
  extraText,
  type MetricView,
  ratioPosition,
  ratioSpan,
  ratioText,
  worstFirst,
} from './evidence-words.ts';

describe('evidence', () => {
  it('is written against what is needed', () => {
    expect(evidenceText(1.234, 100)).toBe('1.2 of 100');
    expect(evidenceText(12_345, 100)).toBe('12,345 of 100');
  });

  it('moves along by multiplication and ends at the threshold', () => {
    expect(evidencePosition(0.2, 100)).toBe(0);
    expect(evidencePosition(10, 100)).toBeCloseTo(0.5);
    expect(evidencePosition(500, 100)).toBe(1);
  });
});

describe('a ratio', () => {
  it('is placed with "no difference" in the middle', () => {
    expect(ratioPosition(1, 4)).toBe(0.5);
    expect(ratioPosition(4, 4)).toBe(1);
    expect(ratioPosition(0.25, 4)).toBe(0);
    expect(ratioPosition(900, 4)).toBe(1);
  });

  it('gets a scale that holds all of its interval', () => {
    expect(ratioSpan({ estimate: 1.1, low: 0.9, high: 1.3 })).toBe(2);
    expect(ratioSpan({ estimate: 3, low: 2.1, high: 4.5 })).toBe(8);
    expect(ratioSpan({ estimate: null, low: null, high: null })).toBe(2);
  });

  it('says what is known and never more', () => {
    expect(ratioText({ estimate: null, low: null, high: null })).toBe('unknown');
    expect(ratioText({ estimate: 2.13, low: 1.31, high: null })).toBe(
      '2.1 times the baseline, surely at least 1.3',
    );
  });
});

describe('the cards of metrics', () => {
  const metric = (name: string, over: Partial<MetricView>): MetricView => ({
    name,
    kind: 'errors',
    decision: 'hold',
    canary: { n: 10, bad: 0, value: 0 },
    baseline: { n: 90, bad: 0, value: 0 },
    ratio: { estimate: null, low: null, high: null },
    evidence: 1,
    threshold: 100,
    advanceEvidence: 1,
    advanceThreshold: 20,
    badExcess: 0,
    sentence: '',
    query: null,
    ...over,
  });

  it('come worst first, and equals in the order of the plan', () => {
    const nothing = { n: 0, bad: 0, value: null };
    const order = worstFirst([
      metric('fine', { decision: 'advance' }),
      metric('waiting', {}),
      metric('also-waiting', {}),
      metric('blind', { canary: nothing }),
      metric('worrying', { evidence: 20 }),
      metric('broken', { decision: 'rollback' }),
    ]).map(({ name }) => name);
    expect(order).toEqual(['broken', 'worrying', 'blind', 'waiting', 'also-waiting', 'fine']);
  });

  it('tell what was lost beyond the baseline, and nothing below one', () => {
    expect(extraText(metric('errors', { badExcess: 17.6 }))).toBe('about 18 extra failed requests so far');
    expect(extraText(metric('orders', { kind: 'rate', badExcess: 3 }))).toBe(
      'about 3 orders worse than expected so far',
    );
    expect(extraText(metric('errors', { badExcess: 0.3 }))).toBeNull();
  });
});
