import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SealError, sealWith } from './sealed.ts';

const seal = sealWith('k'.repeat(40));

describe('a sealed secret', () => {
  test('opens to what was sealed, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, about) => {
        const sealed = seal.seal(secret, about);
        expect(seal.open(sealed, about)).toBe(secret);
        expect(seal.seal(secret, about)).not.toBe(sealed);
      }),
    );
  });

  test('does not open for something else, nor with another key', () => {
    const sealed = seal.seal('hunter2', 'webhook:a');
    expect(() => seal.open(sealed, 'webhook:b')).toThrow(SealError);
    expect(() => sealWith('x'.repeat(40)).open(sealed, 'webhook:a')).toThrow(/another key/);
  });

  test('does not open when any character of it was changed', () => {
    const sealed = seal.seal('hunter2', 'a');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), (index) => {
        const changed =
          sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
        // The last character of base64 may hold bits that mean nothing.
        if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) return;
        expect(() => seal.open(changed, 'a')).toThrow(SealError);
      }),
    );
  });
});
