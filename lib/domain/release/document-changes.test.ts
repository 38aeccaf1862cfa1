import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentChanges } from './document-changes.ts';

test('names each place that is written differently, and each that only one has', () => {
  const a = { spec: { stages: [{ name: 'first', share: 5 }, { name: 'all' }], watch: null } };
  const b = { spec: { stages: [{ name: 'first', share: 10 }], watch: null }, more: {} };
  expect(documentChanges(a, b)).toEqual([
    { path: 'spec.stages[0].share', a: '5', b: '10' },
    { path: 'spec.stages[1].name', a: '"all"', b: null },
    { path: 'more', a: null, b: '{}' },
  ]);
});

test('a document does not differ from itself, and two differ both ways alike', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(documentChanges(a, a)).toEqual([]);
      const mirrored = documentChanges(b, a).map(({ path, a: second, b: first }) => ({
        path,
        a: first,
        b: second,
      }));
      expect(new Set(mirrored.map((change) => JSON.stringify(change)))).toEqual(
        new Set(documentChanges(a, b).map((change) => JSON.stringify(change))),
      );
    }),
  );
});
