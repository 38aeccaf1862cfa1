/** Retrospectives as the API speaks of them. Texts are Markdown without HTML. */
import { z } from 'zod';
import { ACTION_TYPES, CHECKLIST_KEYS } from '../domain/retrospective/checklist.ts';
import {
  decisionSchema,
  figureSchema,
  headerSchema,
  impactSchema,
  stageRecordSchema,
  timelineItemSchema,
} from '../domain/retrospective/draft-schema.ts';
import { pageQuerySchema } from './page.ts';
import {
  idSchema,
  pageOf,
  reasonSchema,
  shareSchema,
  slugSchema,
  textSchema,
  timeSchema,
} from './primitives.ts';
import { outcomeSchema } from './release.ts';

const TEXT_MAX = 10_000;
const markdownSchema = textSchema.trim().min(1, 'write something').max(TEXT_MAX);
const expectedVersion = z.number().int().min(1).optional();
const ownerSchema = textSchema.trim().min(1).max(200);
/** A link that a browser may be sent to. */
export const linkSchema = z
  .url({ protocol: /^https?$/, error: 'give an address that begins with http:// or https://' })
  .max(2_000);
const tagSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes');

/** Fields that are left out stay; null gives a text back to the draft. */
export const retrospectivePutSchema = z.strictObject({
  expectedVersion,
  blameless: z.boolean().optional(),
  summary: markdownSchema.nullable().optional(),
  wentWell: markdownSchema.nullable().optional(),
  lucky: markdownSchema.nullable().optional(),
});
export type RetrospectivePut = z.infer<typeof retrospectivePutSchema>;

export const noteAddSchema = z.strictObject({
  /** Index of the timeline's item it stands behind; -1 = before the first. */
  afterItem: z.number().int().min(-1).max(1_000_000),
  text: markdownSchema,
});
export const notePutSchema = z.strictObject({ expectedVersion, text: markdownSchema });
export const factorAddSchema = z.strictObject({
  text: markdownSchema,
  tags: z.array(tagSchema).max(10).default([]),
});
export const factorPutSchema = z.strictObject({
  expectedVersion,
  text: markdownSchema,
  tags: z.array(tagSchema).max(10),
});
export const actionItemAddSchema = z.strictObject({
  text: markdownSchema,
  type: z.enum(ACTION_TYPES),
  owner: ownerSchema.nullable().default(null),
  /** A day, `2026-12-01`. */
  dueOn: z.iso.date('give a day such as 2026-12-01').nullable().default(null),
  ticket: linkSchema.nullable().default(null),
});
export const actionItemPutSchema = z.strictObject({
  expectedVersion,
  text: markdownSchema.optional(),
  type: z.enum(ACTION_TYPES).optional(),
  owner: ownerSchema.nullable().optional(),
  dueOn: z.iso.date('give a day such as 2026-12-01').nullable().optional(),
  ticket: linkSchema.nullable().optional(),
  done: z.boolean().optional(),
});
export const checkPutSchema = z.strictObject({ done: z.boolean() });
export const commentAddSchema = z.strictObject({ text: markdownSchema });
/** Who signs says which version was read. */
export const signOffSchema = z.strictObject({ expectedVersion });
export const falseAlarmPutSchema = z.strictObject({
  reason: reasonSchema.min(1, 'say why nothing was wrong'),
});

const falseAlarmSchema = z.object({ reason: z.string(), by: z.string(), at: timeSchema });
export const falseAlarmViewSchema = z.object({
  releaseId: idSchema,
  falseAlarm: falseAlarmSchema.nullable(),
});
export type FalseAlarmView = z.infer<typeof falseAlarmViewSchema>;

/** Written by hand: `text` as it is read (roles instead of names where blameless), `source` for editing. */
const writtenSchema = z.object({ text: z.string(), source: z.string() });

export const actionItemSchema = z.object({
  id: idSchema,
  retrospective: idSchema,
  releaseId: idSchema,
  service: slugSchema,
  text: z.string(),
  type: z.enum(ACTION_TYPES),
  owner: z.string().nullable(),
  dueOn: z.string().nullable(),
  ticket: z.string().nullable(),
  doneAt: timeSchema.nullable(),
  overdue: z.boolean(),
  version: z.number().int(),
  createdAt: timeSchema,
});
export type ActionItemView = z.infer<typeof actionItemSchema>;
export const actionItemsSchema = pageOf(actionItemSchema);

const headerViewSchema = headerSchema.extend({
  startedAt: timeSchema,
  finishedAt: timeSchema,
  stoppedAt: z
    .object({ index: z.number().int(), name: z.string(), share: shareSchema, of: z.number().int() })
    .nullable(),
});

export const retrospectiveSchema = z.object({
  id: idSchema,
  releaseId: idSchema,
  version: z.number().int(),
  blameless: z.boolean(),
  draftedAt: timeSchema,
  draftedBy: z.string(),
  signedOffAt: timeSchema.nullable(),
  header: headerViewSchema,
  summary: writtenSchema.extend({ drafted: z.boolean() }),
  impact: impactSchema.omit({ largestShareBasisPoints: true }).extend({ largestShare: figureSchema }),
  stages: z.array(
    stageRecordSchema.omit({ shareBasisPoints: true }).extend({
      share: shareSchema,
      startedAt: timeSchema,
      confirmedAt: timeSchema.nullable(),
      endedAt: timeSchema.nullable(),
    }),
  ),
  timeline: z.array(timelineItemSchema.extend({ at: timeSchema })),
  decisions: z.array(decisionSchema.extend({ at: timeSchema })),
  /** Linked to the release as of now; they are opened, linked and resolved after the draft too. */
  incidents: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      url: z.string().nullable(),
      severity: z.number().int(),
      startedAt: timeSchema,
      resolvedAt: timeSchema.nullable(),
    }),
  ),
  wentWell: writtenSchema.extend({ drafted: z.boolean() }),
  lucky: writtenSchema.extend({ drafted: z.boolean() }),
  notes: z.array(
    writtenSchema.extend({ id: idSchema, afterItem: z.number().int(), version: z.number().int() }),
  ),
  factors: z.array(
    writtenSchema.extend({ id: idSchema, tags: z.array(z.string()), version: z.number().int() }),
  ),
  actionItems: z.array(actionItemSchema),
  checklist: z.array(
    z.object({
      key: z.enum(CHECKLIST_KEYS),
      text: z.string(),
      done: z.boolean(),
      by: z.string().nullable(),
      at: timeSchema.nullable(),
    }),
  ),
  signOffs: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      at: timeSchema,
      version: z.number().int(),
      /** False when the document was changed since. */
      current: z.boolean(),
    }),
  ),
  comments: z.array(z.object({ id: idSchema, author: z.string(), text: z.string(), at: timeSchema })),
  falseAlarm: falseAlarmSchema.nullable(),
  /** May the asker change it? */
  editable: z.boolean(),
});
export type RetrospectiveView = z.infer<typeof retrospectiveSchema>;

export const retrospectiveRowSchema = z.object({
  id: idSchema,
  releaseId: idSchema,
  service: slugSchema,
  serviceName: z.string(),
  environmentName: z.string(),
  version: z.string(),
  outcome: outcomeSchema,
  stoppedAt: headerViewSchema.shape.stoppedAt,
  finishedAt: timeSchema,
  signedOffAt: timeSchema.nullable(),
  openItems: z.number().int(),
  overdueItems: z.number().int(),
  checked: z.number().int(),
  falseAlarm: z.boolean(),
});
export type RetrospectiveRow = z.infer<typeof retrospectiveRowSchema>;
export const retrospectivesSchema = pageOf(retrospectiveRowSchema);

export const retrospectiveListQuerySchema = pageQuerySchema.extend({
  service: slugSchema.optional(),
  status: z.enum(['draft', 'signed-off']).optional(),
  outcome: outcomeSchema.optional(),
});
export const actionItemListQuerySchema = pageQuerySchema.extend({
  service: slugSchema.optional(),
  status: z.enum(['open', 'overdue', 'done']).optional(),
  owner: textSchema.max(200).optional(),
});
export const exportQuerySchema = z.strictObject({ format: z.enum(['md', 'json']).default('md') });
