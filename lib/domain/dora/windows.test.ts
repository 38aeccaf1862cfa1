import { describe, expect, test } from 'vitest';
import { isTimezone } from '../time-zone.ts';
import { calendarOf, dayText, monthsOf, parseDay, weeksOf } from './local-days.ts';
import { bands2023Of, quickcheckOf } from './scores.ts';
import { percentile } from './statistics.ts';
import { answerFor, deployment, h } from './testing.ts';

const day = (text: string): number => {
  const parsed = parseDay(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const hoursOf = (timezone: string, text: string): number => {
  const { startOf } = calendarOf(timezone);
  return (startOf(day(text) + 1) - startOf(day(text))) / 3_600_000;
};

describe('R12: windows', () => {
  test('days around a change of the clock have 23 and 25 hours, also where midnight itself is skipped', () => {
    expect(hoursOf('Europe/Berlin', '2026-03-29')).toBe(23);
    expect(hoursOf('Europe/Berlin', '2026-10-25')).toBe(25);
    expect(hoursOf('Europe/Berlin', '2026-10-26')).toBe(24);
    expect(hoursOf('Asia/Beirut', '2026-03-29')).toBe(23);
    expect(hoursOf('Australia/Lord_Howe', '2026-04-05')).toBe(24.5);
    expect(calendarOf('Asia/Beirut').startOf(day('2026-03-29'))).toBe(Date.UTC(2026, 2, 28, 22));
  });

  test('every moment belongs to the day whose start is the last before it', () => {
    for (const timezone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/St_Johns']) {
      const { startOf, dayOf } = calendarOf(timezone);
      const start = startOf(day('2026-03-08'));
      expect([dayOf(start - 1), dayOf(start)].map(dayText)).toEqual(['2026-03-07', '2026-03-08']);
    }
  });

  test('the week of a change of the clock has 167 hours of deployments and no more', () => {
    const week = { from: '2026-03-23', to: '2026-03-30', timezone: 'Europe/Berlin' };
    const start = (Date.UTC(2026, 2, 22, 23) - h(0)) / 3_600_000;
    const at = (hours: number) => deployment(`d${hours}`, hours, { finishedAt: h(hours) });
    const deployments = [at(start), at(start + 166.99), at(start + 167)];
    expect(answerFor({ deployments }, week).total).toMatchObject({ deployments: 2, days: 7, deploy_days: 2 });
  });

  test('weeks begin on Monday, months on the first, both cut to the window', () => {
    const window = { from: day('2026-02-26'), to: day('2026-03-11') };
    const texts = (windows: { from: number; to: number }[]) =>
      windows.map(({ from, to }) => [dayText(from), dayText(to)]);
    expect(texts(weeksOf(window))).toEqual([
      ['2026-02-26', '2026-03-02'],
      ['2026-03-02', '2026-03-09'],
      ['2026-03-09', '2026-03-11'],
    ]);
    expect(texts(monthsOf(window))).toEqual([
      ['2026-02-26', '2026-03-01'],
      ['2026-03-01', '2026-03-11'],
    ]);
  });

  test('dates and zones that do not exist are none', () => {
    expect(['2026-02-30', '2026-3-1', 'soon', ''].map(parseDay)).toEqual([null, null, null, null]);
    expect(['UTC', 'Europe/Berlin', 'Mars/Base', ''].map(isTimezone)).toEqual([true, true, false, false]);
    expect(() => answerFor({}, { from: '2026-03-02', to: '2026-03-02' })).toThrow('is not before to');
  });
});

describe('R11: scores', () => {
  test('an empty window has a frequency of zero and no data else', () => {
    const { quickcheck, bands_2023 } = answerFor({});
    expect(quickcheck).toEqual({
      leadtime: null,
      deployfreq: 0,
      failurerecovery: null,
      changefailure: null,
      rework: null,
      average: 0,
    });
    expect(bands_2023).toEqual({
      deployment_frequency: 'low',
      lead_time: null,
      change_failure_rate: null,
      recovery_time: null,
    });
  });

  test('each limit belongs to the better side for frequencies and to the worse for durations', () => {
    const { total } = answerFor({});
    const with_ = (perDay: number, lead: number, rate: number) => ({
      ...total,
      per_day: perDay,
      lead_time: { ...total.lead_time, median_s: lead },
      change_failure: { ...total.change_failure, rate },
    });
    expect(quickcheckOf(with_(1, 3600, 0.05))).toMatchObject({
      leadtime: 8,
      deployfreq: 8,
      changefailure: 9.5,
    });
    expect(quickcheckOf(with_(0.142857, 3599, 1))).toMatchObject({
      leadtime: 10,
      deployfreq: 6,
      changefailure: 0,
    });
    expect(bands2023Of(with_(1, 86_400, 0.15))).toMatchObject({
      deployment_frequency: 'elite',
      lead_time: 'high',
      change_failure_rate: 'medium',
    });
  });

  test('percentiles lie between neighbours', () => {
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(percentile([10, 20], 0.9)).toBeCloseTo(19);
    expect([percentile([7], 0.9), percentile([], 0.5)]).toEqual([7, null]);
  });
});
