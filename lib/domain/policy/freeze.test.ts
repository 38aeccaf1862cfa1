import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWallTime } from '../time-zone.ts';
import { type FreezeWindow, frozenAt, nextChangeAt, nextOpenAt, WEEKDAYS } from './freeze.ts';

const at = (text: string) => Date.parse(text);
const wall = (text: string) => parseWallTime(text) ?? Number.NaN;
const scope = { service: 'shop', environment: 'prod' };
const freeze = (patch: Partial<FreezeWindow>): FreezeWindow => ({
  id: 'w1',
  name: 'Quarter end',
  services: [],
  environments: [],
  timezone: 'Europe/Berlin',
  when: { kind: 'once', from: wall('2026-12-24T00:00'), until: wall('2027-01-02T00:00') },
  running: 'hold',
  ...patch,
});
const weekend = freeze({
  when: { kind: 'weekly', days: ['fri'], fromMinutes: 16 * 60, untilMinutes: 8 * 60 },
});
const nights = freeze({
  when: { kind: 'weekly', days: [...WEEKDAYS], fromMinutes: 22 * 60, untilMinutes: 6 * 60 },
});
const is = (window: FreezeWindow, moment: string) => frozenAt([window], scope, at(moment)).length > 0;
const text = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString());

describe('a freeze', () => {
  it('that happens once begins and ends by the clock of its zone', () => {
    expect(is(freeze({}), '2026-12-23T22:59:59Z')).toBe(false);
    expect(is(freeze({}), '2026-12-23T23:00:00Z')).toBe(true);
    expect(is(freeze({}), '2027-01-01T23:00:00Z')).toBe(false);
  });

  it('that recurs may go over midnight', () => {
    expect(is(weekend, '2026-11-27T14:59:00Z')).toBe(false);
    expect(is(weekend, '2026-11-27T15:00:00Z')).toBe(true);
    expect(is(weekend, '2026-11-28T06:59:00Z')).toBe(true);
    expect(is(weekend, '2026-11-28T07:00:00Z')).toBe(false);
  });

  it('lasts as long as the wall says, also in the night in which the clocks change', () => {
    const spring = frozenAt([nights], scope, at('2026-03-28T23:00:00Z'));
    expect(text(spring[0]?.until ?? null)).toBe('2026-03-29T04:00:00.000Z');
    const autumn = frozenAt([nights], scope, at('2026-10-24T23:00:00Z'));
    expect(text(autumn[0]?.until ?? null)).toBe('2026-10-25T05:00:00.000Z');
  });

  it('that begins at an hour which the clocks skip begins when they skip it', () => {
    const skipped = freeze({
      when: { kind: 'weekly', days: ['sun'], fromMinutes: 150, untilMinutes: 240 },
    });
    expect(is(skipped, '2026-03-29T00:59:59Z')).toBe(false);
    expect(is(skipped, '2026-03-29T01:00:00Z')).toBe(true);
    expect(is(skipped, '2026-03-29T02:00:00Z')).toBe(false);
  });

  it('of every year may go over New Year and over a leap day', () => {
    const year = freeze({ when: { kind: 'yearly', fromDay: '12-20', untilDay: '01-06' } });
    expect(is(year, '2026-12-31T12:00:00Z')).toBe(true);
    expect(is(year, '2027-01-06T22:59:59Z')).toBe(true);
    expect(is(year, '2027-01-06T23:00:00Z')).toBe(false);
    const leap = freeze({ when: { kind: 'yearly', fromDay: '02-29', untilDay: '02-29' } });
    expect(is(leap, '2028-02-29T12:00:00Z')).toBe(true);
    expect(is(leap, '2027-03-01T12:00:00Z')).toBe(true);
  });

  it('concerns the services and environments it names, or all', () => {
    const one = freeze({ services: ['shop'], environments: ['prod'] });
    const moment = at('2026-12-25T00:00:00Z');
    expect(frozenAt([one], scope, moment)).toHaveLength(1);
    expect(frozenAt([one], { service: 'search', environment: 'prod' }, moment)).toEqual([]);
    expect(frozenAt([one], { service: 'shop', environment: 'staging' }, moment)).toEqual([]);
  });
});

describe('freezes together', () => {
  it('open when the last of those that follow each other ends', () => {
    const windows = [nights, freeze({})];
    expect(text(nextOpenAt(windows, scope, at('2026-12-30T12:00:00Z')))).toBe('2027-01-02T05:00:00.000Z');
  });

  it('that never end are said never to open', () => {
    const always = freeze({
      when: { kind: 'weekly', days: [...WEEKDAYS], fromMinutes: 0, untilMinutes: 0 },
    });
    expect(nextOpenAt([always], scope, at('2026-11-23T00:00:00Z'))).toBeNull();
  });

  it('tell the next moment at which something changes', () => {
    expect(text(nextChangeAt([nights], scope, at('2026-11-23T12:00:00Z')))).toBe('2026-11-23T21:00:00.000Z');
    expect(nextChangeAt([freeze({})], scope, at('2028-01-01T00:00:00Z'))).toBeNull();
  });

  it('never call a moment open at which one holds', () => {
    const window = fc
      .record({
        days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
        fromMinutes: fc.integer({ min: 0, max: 1_439 }),
        untilMinutes: fc.integer({ min: 0, max: 1_439 }),
        timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
      })
      .map(({ timezone, ...when }) => freeze({ timezone, when: { kind: 'weekly', ...when } }));
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1.7e9, max: 1.9e9 }),
        (windows, seconds) => {
          const open = nextOpenAt(windows, scope, seconds * 1_000);
          if (open === null) return;
          expect(frozenAt(windows, scope, open)).toEqual([]);
          if (open > seconds * 1_000) expect(frozenAt(windows, scope, open - 1).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
