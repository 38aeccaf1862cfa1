import { describe, expect, it } from 'vitest';
import { evidencePosition, evidenceText, ratioPosition, ratioSpan, ratioText } from './evidence-words.ts';

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
