import { describe, expect, it } from 'vitest';
import { percentText, secondsText } from '#lib/domain/analysis/words.ts';
import {
  armText,
  bandText,
  basisText,
  csvOf,
  evidenceSummary,
  limitText,
  ratioSummary,
  summaryOf,
  timesLabel,
} from './summary.ts';

const arm = (value: number | null, beyond = false) => ({
  n: 1_000,
  bad: 10,
  value,
  beyond,
  band: value === null ? null : { low: value / 2, high: beyond ? null : value * 2 },
});

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
      '1970-01-01T00:00:00.000Z,,,,,,0.5,1000,10,0.25,1',
    );
  });

  it('says where a value surely lies, without a number beyond the last bucket', () => {
    expect(bandText(arm(0.01), percentText)).toBe('0.50 % to 2.00 %');
    expect(bandText(arm(2, true), secondsText)).toBe('at least 1 s');
    expect(bandText(arm(null), percentText)).toBe('');
  });

  it('names the limit and whether "same" is ruled out', () => {
    expect(limitText({ kind: 'margin', factor: 1.1 }, percentText)).toBe(' Tolerated is 1.1 × the baseline.');
    expect(limitText({ kind: 'guard', value: 0.02 }, percentText)).toBe(' The guard is 2.00 %.');
    const ratio = { estimate: 2, low: 1.3, high: null };
    expect(ratioSummary('Errors', ratio, 1.1)).toBe(
      'Errors: now 2 ×, surely at least 1.3 ×; tolerated is 1.1 ×; "same" is ruled out.',
    );
    expect(ratioSummary('Errors', { ...ratio, low: 0.9 }, 1.1)).toContain('"same" is still possible');
    expect(ratioSummary('Errors', null, 1.1)).toBe('Errors: cannot be told yet.');
    expect([1 / 4, 0.3, 1, 12.3].map(timesLabel)).toEqual(['1/4 ×', '0.3 ×', '1 ×', '12 ×']);
  });

  it('tells how far evidence has come, and of advancing only where something must be shown', () => {
    const point = { evidence: 12.4, advanceEvidence: 3.21 };
    expect(evidenceSummary('Errors', point, { threshold: 100, advanceThreshold: 20 })).toBe(
      'Errors: 12 of the 100 needed to roll back, 3.2 of the 20 needed to advance.',
    );
    expect(evidenceSummary('Errors', point, { threshold: 100, advanceThreshold: 1 })).toBe(
      'Errors: 12 of the 100 needed to roll back.',
    );
  });
});
