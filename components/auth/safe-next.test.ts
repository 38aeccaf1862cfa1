import { describe, expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

describe('the way back after signing in', () => {
  it.each(['/releases?state=active', '/'])('goes to %s', (next) => expect(safeNext(next)).toBe(next));

  it.each([
    undefined,
    ['/a', '/b'],
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
  ])('never leaves the console for %j', (next) => expect(safeNext(next)).toBe('/'));
});
