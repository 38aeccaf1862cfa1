import { describe, expect, it } from 'vitest';
import { percentText, secondsText } from '#lib/domain/analysis/words.ts';
import { armText, basisText, csvOf, summaryOf } from './summary.ts';

const arm = (value: number | null, beyond = false) => ({ n: 1_000, bad: 10, value, beyond });

describe('a chart in words', () => {
  it('says "unknown" for what was not measured and "more than" for the open bucket', () => {
    expect(armText(null, percentText)).toBe('unknown');
    expect(armText(arm(null), percentText)).toBe('unknown');
    expect(armText(arm(2.5, true), secondsText)).toBe('> 2.5 s');
    expect(basisText(arm(0.01))).toBe('10 of 1,000');
  });

  it('sums up in one sentence', () => {
    const points = [
      { at: 0, canary: arm(0.01), baseline: arm(0.005) },
      { at: 1, canary: arm(0.02), baseline: arm(0.005) },
    ];
    expect(summaryOf('Error rate', points, percentText)).toBe(
      'Error rate: canary now 2.00 %, between 1.00 % and 2.00 %; baseline now 0.50 %, steady at 0.50 %.',
    );
    expect(summaryOf('Error rate', [], percentText)).toBe('Error rate: nothing was measured yet.');
  });

  it('leaves cells empty where nothing was measured', () => {
    expect(csvOf([{ at: 0, canary: null, baseline: arm(0.5) }]).split('\n')[1]).toBe(
      '1970-01-01T00:00:00.000Z,,,,0.5,1000,10',
    );
  });
});
