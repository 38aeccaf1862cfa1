import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NAME_LENGTH_MAX, OTHER, sampleDetailsSchema } from '../sample-details.ts';
import { Heaviest, nameOf } from './heaviest.ts';

const counts = (entries: Record<string, number>) => new Map(Object.entries(entries));

it('tells the heaviest apart and calls the rest "other"', () => {
  const heaviest = new Heaviest(2);
  heaviest.learn(counts({ a: 5, b: 9, c: 7 }));
  expect(['a', 'b', 'c', 'd'].map((name) => heaviest.of(name))).toEqual([OTHER, 'b', 'c', OTHER]);
});

it('keeps to its choice until another is twice as heavy', () => {
  const heaviest = new Heaviest(1);
  heaviest.learn(counts({ a: 100 }));
  heaviest.learn(counts({ b: 150 }));
  expect(heaviest.of('a')).toBe('a');
  heaviest.learn(counts({ b: 150 }));
  expect(heaviest.of('a')).toBe(OTHER);
  expect(heaviest.of('b')).toBe('b');
});

it('forgets what is not seen any more', () => {
  const heaviest = new Heaviest(1);
  heaviest.learn(counts({ a: 1_000 }));
  for (let reading = 0; reading < 400; reading += 1) heaviest.learn(counts({ b: 5 }));
  expect(heaviest.of('b')).toBe('b');
});

it('stays bounded though every value is new', () => {
  const heaviest = new Heaviest(19);
  for (let reading = 0; reading < 20; reading += 1)
    heaviest.learn(new Map(Array.from({ length: 1_000 }, (_, index) => [`/${reading}/${index}`, 1])));
  heaviest.learn(counts({ '/real': 50 }));
  expect(heaviest.of('/real')).toBe('/real');
});

it('makes a name of every label value that the wire takes', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 10 }), fc.string({ minLength: 70, maxLength: 90 })),
      (value) => {
        const name = nameOf(value);
        expect(name.length).toBeLessThanOrEqual(NAME_LENGTH_MAX);
        expect(sampleDetailsSchema.safeParse({ fingerprints: { [name]: 1 } }).success).toBe(true);
      },
    ),
  );
  expect(nameOf('\ud800\u0000x')).toBe('??x');
  expect(nameOf(undefined)).toBe(OTHER);
});
