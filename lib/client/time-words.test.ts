import { describe, expect, it } from 'vitest';
import { agoText, clockText, exactText, inText } from './time-words.ts';

const at = Date.parse('2026-11-23T06:33:10Z');

describe('words for times', () => {
  it.each([
    [0, 'just now'],
    [-30, 'just now'],
    [12, '12 s ago'],
    [190, '3 min ago'],
    [7_300, '2 h ago'],
    [200_000, '2 d ago'],
  ])('says %d seconds later "%s"', (seconds, text) => expect(agoText(at, at + seconds * 1_000)).toBe(text));

  it('says what is due "any moment", never in negative time', () => {
    expect(inText(at, at + 5_000)).toBe('any moment');
    expect(inText(at + 190_000, at)).toBe('in 3 min 10 s');
  });

  it('names the zone with every exact time', () => {
    expect(exactText(at, 'UTC')).toBe('23 Nov 2026, 06:33:10 UTC');
    expect(clockText(at, { zone: 'UTC', seconds: true })).toBe('06:33:10');
    expect(clockText(at, { zone: 'Europe/Berlin' })).toBe('07:33');
  });
});
