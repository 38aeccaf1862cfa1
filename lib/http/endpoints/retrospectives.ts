import { z } from 'zod';
import {
  actionItemAddSchema,
  actionItemListQuerySchema,
  actionItemPutSchema,
  actionItemsSchema,
  checkPutSchema,
  commentAddSchema,
  exportQuerySchema,
  factorAddSchema,
  factorPutSchema,
  falseAlarmPutSchema,
  falseAlarmViewSchema,
  noteAddSchema,
  notePutSchema,
  retrospectiveListQuerySchema,
  retrospectivePutSchema,
  retrospectiveSchema,
  retrospectivesSchema,
  signOffSchema,
} from '../../contract/retrospective.ts';
import { addActionItem } from '../../services/action-item/add.ts';
import { listActionItems } from '../../services/action-item/list.ts';
import { putActionItem } from '../../services/action-item/put.ts';
import { markFalseAlarm, unmarkFalseAlarm } from '../../services/release/false-alarm.ts';
import { draftForRelease } from '../../services/retrospective/draft.ts';
import { exportRetrospective } from '../../services/retrospective/export.ts';
import { addFactor, putFactor, removeFactor } from '../../services/retrospective/factors.ts';
import { getReleaseRetrospective, getRetrospective } from '../../services/retrospective/get.ts';
import { listRetrospectives } from '../../services/retrospective/list.ts';
import { addNote, putNote, removeNote } from '../../services/retrospective/notes.ts';
import { putRetrospective } from '../../services/retrospective/put.ts';
import { addComment, putCheck, signOff } from '../../services/retrospective/review.ts';
import { created, type Endpoint, ok, put, textFile } from '../endpoint.ts';

const tag = 'retrospectives';
const path = '/api/v1/retrospectives';
const release = '/api/v1/releases/{id}';
const empty = z.strictObject({});
const answersOne = { 200: retrospectiveSchema };

const ofReleases: Endpoint[] = [
  {
    method: 'GET',
    path: `${release}/retrospective`,
    summary: 'The retrospective of a release',
    tag,
    permission: 'release:read',
    answers: answersOne,
    handle: async (ctx, { params }) => ok(await getReleaseRetrospective(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'POST',
    path: `${release}/retrospective`,
    summary: 'Draft the retrospective of a finished release; the one that exists is the answer',
    tag,
    permission: 'review:write',
    body: empty,
    answers: { 200: retrospectiveSchema, 201: retrospectiveSchema },
    handle: async (ctx, { params }) => put(await draftForRelease(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'PUT',
    path: `${release}/false-alarm`,
    summary: 'Say that a release was stopped although nothing was wrong',
    tag,
    permission: 'review:write',
    body: falseAlarmPutSchema,
    answers: { 200: falseAlarmViewSchema },
    handle: async (ctx, { params, body }) => ok(await markFalseAlarm(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'DELETE',
    path: `${release}/false-alarm`,
    summary: 'Take the mark of a false alarm away',
    tag,
    permission: 'review:write',
    answers: { 200: falseAlarmViewSchema },
    handle: async (ctx, { params }) => ok(await unmarkFalseAlarm(ctx, { id: params.id ?? '' })),
  },
];

const documents: Endpoint[] = [
  {
    method: 'GET',
    path,
    summary: 'Retrospectives, the newest draft first',
    tag,
    permission: 'release:read',
    query: retrospectiveListQuerySchema,
    answers: { 200: retrospectivesSchema },
    handle: async (ctx, { query }) =>
      ok(await listRetrospectives(ctx, retrospectiveListQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One retrospective: the draft from the record, and what people added',
    tag,
    permission: 'release:read',
    answers: answersOne,
    handle: async (ctx, { params }) => ok(await getRetrospective(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'PUT',
    path: `${path}/{id}`,
    summary: 'Change the hand-written texts, or whether names are shown',
    tag,
    permission: 'review:write',
    body: retrospectivePutSchema,
    answers: answersOne,
    handle: async (ctx, { params, body }) => ok(await putRetrospective(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'GET',
    path: `${path}/{id}/export`,
    summary: 'The whole document as Markdown (format=md, a file) or JSON',
    tag,
    permission: 'release:read',
    query: exportQuerySchema,
    answers: answersOne,
    handle: async (ctx, { params, query }) => {
      const id = params.id ?? '';
      const done = await exportRetrospective(ctx, { id, query: exportQuerySchema.parse(query) });
      return done.format === 'json'
        ? ok(done.value)
        : textFile(done.text, 'text/markdown', `retrospective-${id}.md`);
    },
  },
];

const parts: Endpoint[] = [
  {
    method: 'POST',
    path: `${path}/{id}/notes`,
    summary: 'Add a note to the timeline',
    tag,
    permission: 'review:write',
    body: noteAddSchema,
    answers: { 201: retrospectiveSchema },
    handle: async (ctx, { params, body }) => created(await addNote(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'PUT',
    path: `${path}/{id}/notes/{note}`,
    summary: 'Give a note another text',
    tag,
    permission: 'review:write',
    body: notePutSchema,
    answers: answersOne,
    handle: async (ctx, { params: { id = '', note = '' }, body }) =>
      ok(await putNote(ctx, { id, note, body })),
  },
  {
    method: 'DELETE',
    path: `${path}/{id}/notes/{note}`,
    summary: 'Take a note away',
    tag,
    permission: 'review:write',
    answers: answersOne,
    handle: async (ctx, { params: { id = '', note = '' } }) => ok(await removeNote(ctx, { id, note })),
  },
  {
    method: 'POST',
    path: `${path}/{id}/factors`,
    summary: 'Add a contributing factor',
    tag,
    permission: 'review:write',
    body: factorAddSchema,
    answers: { 201: retrospectiveSchema },
    handle: async (ctx, { params, body }) => created(await addFactor(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'PUT',
    path: `${path}/{id}/factors/{factor}`,
    summary: 'Give a factor another text and other tags',
    tag,
    permission: 'review:write',
    body: factorPutSchema,
    answers: answersOne,
    handle: async (ctx, { params: { id = '', factor = '' }, body }) =>
      ok(await putFactor(ctx, { id, factor, body })),
  },
  {
    method: 'DELETE',
    path: `${path}/{id}/factors/{factor}`,
    summary: 'Take a factor away',
    tag,
    permission: 'review:write',
    answers: answersOne,
    handle: async (ctx, { params: { id = '', factor = '' } }) => ok(await removeFactor(ctx, { id, factor })),
  },
];

const review: Endpoint[] = [
  {
    method: 'PUT',
    path: `${path}/{id}/checklist/{key}`,
    summary: 'Tick a line of the checklist, or take the tick away',
    tag,
    permission: 'review:write',
    body: checkPutSchema,
    answers: answersOne,
    handle: async (ctx, { params: { id = '', key = '' }, body }) =>
      ok(await putCheck(ctx, { id, key, body })),
  },
  {
    method: 'POST',
    path: `${path}/{id}/sign-off`,
    summary: 'Sign the document as it stands',
    tag,
    permission: 'review:write',
    body: signOffSchema,
    answers: answersOne,
    handle: async (ctx, { params, body }) => ok(await signOff(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'POST',
    path: `${path}/{id}/comments`,
    summary: 'Say something about a retrospective, in Markdown',
    tag,
    permission: 'review:write',
    body: commentAddSchema,
    answers: { 201: retrospectiveSchema },
    handle: async (ctx, { params, body }) => created(await addComment(ctx, { id: params.id ?? '', body })),
  },
];

const actionItems: Endpoint[] = [
  {
    method: 'POST',
    path: `${path}/{id}/action-items`,
    summary: 'Add what is to be done',
    tag,
    permission: 'review:write',
    body: actionItemAddSchema,
    answers: { 201: retrospectiveSchema },
    handle: async (ctx, { params, body }) =>
      created(await addActionItem(ctx, { retrospective: params.id ?? '', body })),
  },
  {
    method: 'GET',
    path: '/api/v1/action-items',
    summary: 'Action items of all retrospectives, the newest first; status=overdue for those that are late',
    tag,
    permission: 'release:read',
    query: actionItemListQuerySchema,
    answers: { 200: actionItemsSchema },
    handle: async (ctx, { query }) => ok(await listActionItems(ctx, actionItemListQuerySchema.parse(query))),
  },
  {
    method: 'PUT',
    path: '/api/v1/action-items/{id}',
    summary: 'Change an action item, or say that it is done',
    tag,
    permission: 'review:write',
    body: actionItemPutSchema,
    answers: answersOne,
    handle: async (ctx, { params, body }) => ok(await putActionItem(ctx, { id: params.id ?? '', body })),
  },
];

export const retrospectiveEndpoints: Endpoint[] = [
  ...ofReleases,
  ...documents,
  ...parts,
  ...review,
  ...actionItems,
];
