/** Freeze windows as people write them, and what they mean. */
import { z } from 'zod';
import { isTimezone, parseWallTime } from '../time-zone.ts';
import { type FreezeWindow, type Recurrence, WEEKDAYS } from './freeze.ts';
import { ROLES } from './grants.ts';

const wallSchema = z.string().refine((text) => parseWallTime(text) !== null, {
  error: 'write a local date and time that exists, such as "2026-12-24T18:00"',
});
const clockSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day from 00:00 to 23:59, such as "22:00"');
const daySchema = z
  .string()
  .refine(
    (text) => /^\d{2}-\d{2}$/.test(text) && parseWallTime(`2024-${text}T00:00`) !== null,
    'write a month and a day that exist, such as "12-20"',
  );
const slugSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use a slug, such as "shop"');

const recurrenceSchema = z.discriminatedUnion(
  'kind',
  [
    z
      .strictObject({ kind: z.literal('once'), from: wallSchema, until: wallSchema })
      .refine(({ from, until }) => from < until, {
        path: ['until'],
        error: 'end after the beginning: write a later date and time than "from"',
      }),
    z.strictObject({
      kind: z.literal('weekly'),
      days: z
        .array(z.enum(WEEKDAYS, { error: 'use mon, tue, wed, thu, fri, sat or sun' }))
        .min(1)
        .max(7),
      from: clockSchema,
      /** At or before `from` it is on the next day. */
      until: clockSchema,
    }),
    /** Both days included. */
    z.strictObject({ kind: z.literal('yearly'), from: daySchema, until: daySchema }),
  ],
  { error: 'kind is once, weekly or yearly' },
);

/** A freeze window as it is declared. Empty `services` or `environments` = all. */
export const freezeDocumentSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  services: z.array(slugSchema).max(200).default([]),
  environments: z.array(slugSchema).max(50).default([]),
  timezone: z.string().refine(isTimezone, 'use the name of a time zone, such as "Europe/Berlin" or "UTC"'),
  when: recurrenceSchema,
  /** What running releases do: rise no further, or go on. */
  running: z.enum(['hold', 'go-on']).default('hold'),
  /** Who may start during the window all the same, with a reason. */
  overrideRoles: z.array(z.enum(ROLES)).max(4).default(['administrator']),
});
export type FreezeDocument = z.infer<typeof freezeDocumentSchema>;

/** What a document means. */
export const freezeWindowOf = (slug: string, document: FreezeDocument): FreezeWindow => {
  const { name, services, environments, timezone, when, running } = document;
  return { id: slug, name, services, environments, timezone, when: recurrenceOf(when), running };
};

const recurrenceOf = (when: FreezeDocument['when']): Recurrence => {
  switch (when.kind) {
    case 'once':
      return { kind: 'once', from: parseWallTime(when.from) ?? 0, until: parseWallTime(when.until) ?? 0 };
    case 'weekly':
      return {
        kind: 'weekly',
        days: when.days,
        fromMinutes: minutesOf(when.from),
        untilMinutes: minutesOf(when.until),
      };
    case 'yearly':
      return { kind: 'yearly', fromDay: when.from, untilDay: when.until };
  }
};

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
};
