import { expect, test } from 'vitest';
import { answerErrors } from './answer-errors.ts';

test('each line of an answer becomes a field with its message', () => {
  expect(answerErrors('router.socket: cannot connect: no such file\nsource: no answer; is it up?')).toEqual([
    { path: 'router.socket', message: 'cannot connect: no such file' },
    { path: 'source', message: 'no answer; is it up?' },
  ]);
});

test('problems joined by semicolons are taken apart where a section begins', () => {
  expect(answerErrors('router.canary[0]: is empty; source.queries.errors: not a selector')).toEqual([
    { path: 'router.canary[0]', message: 'is empty' },
    { path: 'source.queries.errors', message: 'not a selector' },
  ]);
});

test('words that name no section are kept as a message about the whole document', () => {
  expect(answerErrors('routers are hard: sorry')).toEqual([{ path: '', message: 'routers are hard: sorry' }]);
});
