import { describe, expect, test } from 'vitest';
import {
  dayWords,
  frequencyWords,
  NO_DATA,
  rateWords,
  sampledWords,
  spanWords,
  windowWords,
} from './words.ts';

describe('a delivery number', () => {
  test('says that there is no data, never zero', () => {
    for (const text of [spanWords(null), rateWords(null), frequencyWords(null), sampledWords(null, 0)])
      expect(text).toBe(NO_DATA);
    expect(rateWords(0)).toBe('0 %');
    expect(frequencyWords(0)).toBe('0 a day');
  });

  test('says that there are too few samples instead of a median of them', () => {
    expect(sampledWords(3_600, 4)).toBe('too few (4)');
    expect(sampledWords(3_600, 5)).toBe('1 h');
  });

  test.each([
    [42, '42 s'],
    [90, '1.5 min'],
    [7_200, '2 h'],
    [47 * 3_600, '47 h'],
    [3.44 * 86_400, '3.4 d'],
    [120 * 86_400, '120 d'],
  ])('writes %d seconds as %s', (seconds, text) => expect(spanWords(seconds)).toBe(text));

  test.each([
    [3.14, '3.1 a day'],
    [0.5, '3.5 a week'],
    [0.05, '1.5 in 30 days'],
  ])('writes %d a day as %s', (perDay, text) => expect(frequencyWords(perDay)).toBe(text));
});

describe('a window of days', () => {
  test('ends with the day before its end', () => {
    expect(windowWords('2026-03-02', '2026-03-09')).toBe('2 Mar to 8 Mar 2026');
    expect(windowWords('2025-12-29', '2026-01-05')).toBe('29 Dec 2025 to 4 Jan 2026');
    expect(windowWords('2026-03-02', '2026-03-03')).toBe('2 Mar 2026');
    expect(dayWords('2026-03-02', '2026-05-01')).toBe('2 Mar');
  });
});
