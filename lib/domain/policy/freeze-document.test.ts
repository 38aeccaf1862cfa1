import { expect, test } from 'vitest';
import { frozenAt } from './freeze.ts';
import { freezeDocumentSchema, freezeWindowOf } from './freeze-document.ts';
import { startFrozen } from './start-rules.ts';

const berlin = (when: object) =>
  freezeWindowOf('night', freezeDocumentSchema.parse({ name: 'Night', timezone: 'Europe/Berlin', when }));
const at = (text: string) => Date.parse(text);

test('a weekly window keeps the clock on the wall when the clocks change', () => {
  const window = berlin({ kind: 'weekly', days: ['sat'], from: '22:00', until: '06:00' });
  const until = (now: string) => frozenAt([window], {}, at(now))[0]?.until;
  expect(until('2026-03-28T21:00:00Z')).toBe(at('2026-03-29T04:00:00Z'));
  expect(until('2026-10-24T20:00:00Z')).toBe(at('2026-10-25T05:00:00Z'));
});

test('a yearly window that is written over New Year holds on both sides of it', () => {
  const window = berlin({ kind: 'yearly', from: '12-20', until: '01-03' });
  expect(frozenAt([window], {}, at('2026-12-31T12:00:00Z'))).toHaveLength(1);
  expect(frozenAt([window], {}, at('2027-01-03T22:59:00Z'))).toHaveLength(1);
  expect(frozenAt([window], {}, at('2027-01-03T23:00:00Z'))).toHaveLength(0);
});

test('a document with impossible times is refused by the field', () => {
  const parsed = freezeDocumentSchema.safeParse({
    name: 'x',
    timezone: 'Europe/Berlin',
    when: { kind: 'weekly', days: ['fri'], from: '25:00', until: '6' },
  });
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['when.from', 'when.until']);
});

test('one window that nobody may set aside is enough to refuse an override', () => {
  const open = { id: 'a', name: 'A', overrideRoles: ['administrator'] as const };
  const closed = { id: 'b', name: 'B', overrideRoles: [] };
  const by = { role: 'administrator' as const, override: true };
  expect(startFrozen([open], null, by)).toBeNull();
  expect(startFrozen([open, closed], null, by)).toMatchObject({
    reason: 'frozen',
    text: expect.stringContaining('nobody may set it aside'),
  });
});
