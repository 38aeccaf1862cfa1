import { describe, expect, test } from 'vitest';
import { filtersOf, searchOf, windowOf } from './filters.ts';

const read = (search: string) => {
  const params = new URLSearchParams(search);
  return filtersOf((name) => params.get(name));
};
const write = (filters: ReturnType<typeof read>) =>
  new URLSearchParams(
    Object.entries(searchOf(filters)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  ).toString();

describe('the address of the insights', () => {
  test('says the whole view and nothing that is usual', () => {
    const search =
      'service=web&span=52w&by=month&timezone=Europe%2FBerlin&rows=lead-time&start=2026-03-02&end=2026-03-09';
    expect(write(read(search))).toBe(search);
    expect(write(read(''))).toBe('');
  });

  test('opens although parts of it make no sense', () => {
    expect(read('service=%3Cscript%3E&span=1y&by=day&timezone=Mars/Base&rows=everything&start=soon')).toEqual(
      read(''),
    );
  });
});

describe('the window', () => {
  test('ends with the day that it is in the time zone, and is half-open', () => {
    const now = Date.parse('2026-03-08T23:30:00Z');
    expect(windowOf('30d', 'UTC', now)).toEqual({ from: '2026-02-07', to: '2026-03-09' });
    expect(windowOf('30d', 'Europe/Berlin', now).to).toBe('2026-03-10');
  });
});
