import { describe, expect, it } from 'vitest';
import { filtersOf, isFiltered, withFilter } from './filters.ts';

const from = (query: string) => {
  const search = new URLSearchParams(query);
  return filtersOf((name) => search.get(name));
};

describe('filters in the address', () => {
  it('are what the API understands', () => {
    expect(from('service=shop&state=active&q=1.4')).toEqual({
      limit: 50,
      service: 'shop',
      state: 'active',
      q: '1.4',
    });
  });

  it('hold a whole search, to keep or to send on', () => {
    const query = 'person=Ada&version=1.4.0&plan=careful&from=2026-11-01&to=2026-11-23&q=basket';
    const { limit: _limit, ...search } = from(query);
    expect(new URLSearchParams(search as Record<string, string>).toString().split('&').sort()).toEqual(
      query.split('&').sort(),
    );
  });

  it('never break the page: what the API would refuse is left out', () => {
    expect(from('state=nonsense&service=No%20Slug&start=yes')).toEqual({ limit: 50 });
  });

  it('start at the first page when one changes', () => {
    const filters = from('service=shop&cursor=abc');
    expect(withFilter(filters, 'outcome', 'released')).toEqual({ service: 'shop', outcome: 'released' });
    expect(withFilter(filters, 'cursor', 'def')).toEqual({ service: 'shop', cursor: 'def' });
    expect(withFilter(filters, 'service', null)).toEqual({ service: undefined });
  });

  it('know when the list is the whole list', () => {
    expect(isFiltered(from('cursor=abc'))).toBe(false);
    expect(isFiltered(from('q=x'))).toBe(true);
  });
});
