import { describe, expect, it } from 'vitest';
import { afterSilence, Contact } from './contact.ts';
import { Reconnect } from './reconnect.ts';
import { TIMING } from './timing.ts';

describe('contact with the control plane', () => {
  it('is renewed only by a lease tick that grew, so that a server without its database is no contact', () => {
    let now = 0;
    const contact = new Contact(() => now);
    expect(contact.renew(7)).toBe(true);
    now = 20_000;
    expect(contact.renew(7)).toBe(false);
    expect(contact.renew(6)).toBe(false);
    expect(contact.silentSeconds()).toBe(20);
    expect(contact.renew(8)).toBe(true);
    expect(contact.silentSeconds()).toBe(0);
  });

  it.each([
    ['waits before its time', 'baseline', 119, null, 'wait'],
    ['goes to the baseline when told so', 'baseline', 120, null, 'baseline'],
    ['holds by default', 'hold', 10_000, null, 'hold'],
    ['holds where it should guard without an analysis', 'guard', 10_000, null, 'hold'],
    ['ends a hold after the last limit', 'hold', 7_200, 7_200, 'baseline'],
  ] as const)('%s', (_, then, silent, neverAfterSeconds, action) => {
    expect(afterSilence({ afterSeconds: 120, then, neverAfterSeconds }, silent)).toBe(action);
  });
});

describe('reconnecting', () => {
  const at = (random: number) => {
    const clock = { now: 1_000_000 };
    return {
      clock,
      reconnect: new Reconnect(
        TIMING,
        () => random,
        () => clock.now,
      ),
    };
  };

  it('tries within the first second, then in windows that double up to a minute', () => {
    const { clock, reconnect } = at(0.999_999);
    const delays = Array.from({ length: 9 }, () => {
      const delay = reconnect.nextDelayMs();
      clock.now += delay;
      return Math.round(delay / 1_000);
    });
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('waits out the rest of a window before the next one opens', () => {
    const { clock, reconnect } = at(0);
    expect(reconnect.nextDelayMs()).toBe(0);
    clock.now += 100;
    expect(reconnect.nextDelayMs()).toBe(900);
  });

  it('starts anew after a stable session only', () => {
    const { reconnect } = at(0.5);
    for (let i = 0; i < 6; i += 1) reconnect.nextDelayMs();
    reconnect.ended(5_000);
    expect(reconnect.nextDelayMs()).toBeGreaterThan(30_000);
    reconnect.ended(60_000);
    expect(reconnect.nextDelayMs()).toBe(500);
  });
});
