import { expect, test } from 'vitest';
import { frozenWords } from '../releases/frozen-words.ts';
import { protectionText } from './protection-text.ts';
import { whenText } from './when-text.ts';

const freeze = {
  slug: 'late',
  name: 'Late',
  services: ['shop'],
  environments: [],
  timezone: 'Europe/Berlin',
  when: { kind: 'weekly' as const, days: ['fri' as const], from: '22:00', until: '06:00' },
  running: 'hold' as const,
  overrideRoles: [],
  active: true,
  nextChangeAt: null,
  nextOpenAt: '2026-11-28T05:00:00.000Z',
  updatedAt: '2026-11-23T12:00:00.000Z',
};

test('a protection is told with everything that it asks for', () => {
  const none = { approvals: 0, groups: [], selfApproval: false, quarantine: false };
  expect(protectionText(none)).toBe('no approval');
  expect(
    protectionText({
      ...none,
      approvals: 2,
      groups: ['dba'],
      requires: { environment: 'staging', soakSeconds: 3_600 },
    }),
  ).toBe('2 approvals, from dba, after 1 h in staging');
});

test('a window is told in the words it was declared with', () => {
  expect(whenText(freeze)).toBe('fri 22:00 to 06:00, Europe/Berlin');
});

test('a start says what freezes it, and nothing about windows that are about others', () => {
  expect(frozenWords([freeze], 'shop', 'prod')).toBe('Frozen by "Late". Open again 2026-11-28 05:00 UTC.');
  expect(frozenWords([freeze], 'search', 'prod')).toBeUndefined();
  expect(frozenWords([{ ...freeze, active: false }], 'shop', 'prod')).toBeUndefined();
});
