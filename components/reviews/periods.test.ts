import { describe, expect, it } from 'vitest';
import { periodFiltersOf, spanAround, spanText } from './periods.ts';

describe('the span of a review', () => {
  it.each([
    ['2026-11-23', 1, 0, '2026-11-01', '2026-11-30', 'November 2026'],
    ['2026-01-05', 1, -1, '2025-12-01', '2025-12-31', 'December 2025'],
    ['2024-02-10', 1, 0, '2024-02-01', '2024-02-29', 'February 2024'],
    ['2026-11-23', 3, 0, '2026-10-01', '2026-12-31', '4. quarter 2026'],
    ['2026-02-01', 3, -1, '2025-10-01', '2025-12-31', '4. quarter 2025'],
    ['2026-11-23', 3, 1, '2027-01-01', '2027-03-31', '1. quarter 2027'],
  ] as const)('around %s by %i month(s), %i away, is %s to %s: %s', (day, months, steps, from, to, text) => {
    expect(spanAround(day, months, steps)).toEqual({ from, to });
    expect(spanText({ from, to })).toBe(text);
  });

  it('takes from an address only what the API takes', () => {
    const of = (search: Record<string, string>) => periodFiltersOf((name) => search[name] ?? null);
    expect(of({ from: '2026-11-01', to: '2026-11-30', service: 'shop' })).toEqual({
      from: '2026-11-01',
      to: '2026-11-30',
      service: 'shop',
    });
    expect(of({ from: '2026-11-31', service: 'shop' })).toEqual({ service: 'shop' });
    expect(of({ from: '2026-11-02', to: '2026-11-01' })).toEqual({});
  });
});
