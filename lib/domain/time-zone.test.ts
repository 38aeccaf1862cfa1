import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimezone, parseWallTime, wallClockOf, wallText } from './time-zone.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const wall = (text: string): number => parseWallTime(text) ?? Number.NaN;
const iso = (at: number) => new Date(at).toISOString();

describe('a wall clock', () => {
  it('is read and set in any zone, winter and summer', () => {
    const { show, momentOf } = wallClockOf('Europe/Berlin');
    expect(wallText(show(Date.UTC(2026, 0, 1, 11)))).toBe('2026-01-01T12:00');
    expect(wallText(show(Date.UTC(2026, 6, 1, 10)))).toBe('2026-07-01T12:00');
    expect(iso(momentOf(wall('2026-07-01T12:00')))).toBe('2026-07-01T10:00:00.000Z');
  });

  it('shows a skipped time at the moment of the skip', () => {
    const { momentOf } = wallClockOf('Europe/Berlin');
    expect(iso(momentOf(wall('2026-03-29T02:30')))).toBe('2026-03-29T01:00:00.000Z');
  });

  it('shows a doubled time first before the clock is put back', () => {
    const { momentOf } = wallClockOf('Europe/Berlin');
    expect(iso(momentOf(wall('2026-10-25T02:30')))).toBe('2026-10-25T00:30:00.000Z');
  });

  it('goes back to what it showed, wherever that time exists', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4e9 }), (zone, seconds) => {
        const { show, momentOf } = wallClockOf(zone);
        const shown = show(seconds * 1_000);
        expect(show(momentOf(shown))).toBe(shown);
        expect(momentOf(shown)).toBeLessThanOrEqual(seconds * 1_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what people write', () => {
  it('is a zone or none', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Base', ''].map(isTimezone)).toEqual([true, true, false, false]);
  });

  it('is a local time or none', () => {
    expect(parseWallTime('2026-02-30T10:00')).toBeNull();
    expect(parseWallTime('2026-02-03 10:00')).toBeNull();
    expect(parseWallTime('2026-02-03T24:00')).toBeNull();
    expect(wallText(wall('2026-02-03T10:05'))).toBe('2026-02-03T10:05');
  });
});
