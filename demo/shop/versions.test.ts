import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviour.ts';
import { findShopVersion, shopDigest, shopVersions } from './versions.ts';

describe('shop versions', () => {
  it('every version has a digest of its own, also when it behaves like another', () => {
    const digests = shopVersions.map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(shopVersions.length);
    for (const digest of digests) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('the digest follows the content: another behaviour under the same name is another artifact', () => {
    expect(shopDigest('1.4.0', 'errors')).not.toBe(shopDigest('1.4.0', 'healthy'));
    expect(shopDigest('1.4.0', 'healthy')).toBe(findShopVersion('1.4.0')?.digest);
  });

  it('the version in charge is healthy and every behaviour has a version', () => {
    expect(shopVersions[0]).toMatchObject({ version: '1.3.0', behaviour: 'healthy' });
    expect(new Set(shopVersions.map(({ behaviour }) => behaviour))).toEqual(new Set(Object.keys(behaviours)));
  });

  it('an unknown version is not found', () => {
    expect(findShopVersion('9.9.9')).toBeUndefined();
  });
});
