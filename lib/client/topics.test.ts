import { describe, expect, it } from 'vitest';
import { releaseEventsQuery, releaseQuery, releaseSamplesQuery, releasesQuery } from './queries.ts';
import { keysOf, topics } from './topics.ts';

const covers = (topic: string, key: readonly unknown[]) =>
  keysOf(topic).some((prefix) => prefix.every((part, at) => key[at] === part));

describe('topics', () => {
  it('refresh the very queries that the pages read', () => {
    expect(covers(topics.release('1'), releaseQuery('1').queryKey)).toBe(true);
    expect(covers(topics.release('1'), releaseEventsQuery('1').queryKey)).toBe(true);
    expect(covers(topics.samples('1'), releaseSamplesQuery('1').queryKey)).toBe(true);
    expect(covers(topics.releases, releasesQuery({ state: 'active' }).queryKey)).toBe(true);
  });

  it('leave other releases alone', () => {
    expect(covers(topics.release('1'), releaseQuery('2').queryKey)).toBe(false);
  });

  it('mean nothing when unknown', () => expect(keysOf('weather')).toEqual([]));
});
