import { describe, expect, it } from 'vitest';
import { durationSeconds, parseDurationSeconds } from './duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['2h', 7200],
    ['250ms', 0.25],
    ['1.5s', 1.5],
    [7, 7],
  ])('reads %s as %d seconds', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(['', '5', 's', '-5s', '5 s', '5d', '1e3s', '5s5s', Number.NaN, -1])('refuses %s', (text) => {
    expect(parseDurationSeconds(text)).toBeNull();
  });

  it('names the allowed forms and the bounds in its refusals', () => {
    const schema = durationSeconds({ secondsMin: 1, secondsMax: 60 });
    expect(schema.parse('5s')).toBe(5);
    expect(schema.safeParse('soon').error?.issues[0]?.message).toBe(
      '"soon" is not a duration; write 5s, 2m or 1h',
    );
    expect(schema.safeParse('2h').error?.issues[0]?.message).toContain('between 1s and 60s');
  });
});
