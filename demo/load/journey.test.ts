import { describe, expect, it } from 'vitest';
import { seededRandom } from '../shop/random.ts';
import { drawStep, mix, type Step } from './journey.ts';

const random = seededRandom(6);
const steps: Step[] = Array.from({ length: 50_000 }, () => drawStep(random));

describe('journey', () => {
  it.each(mix)('%s is asked for in a part of %d of all requests', (kind, part) => {
    const seen = steps.filter((step) => step.kind === kind).length / steps.length;
    expect(Math.abs(seen - part)).toBeLessThan(5 * Math.sqrt((part * (1 - part)) / steps.length));
  });

  it('the parts add up to one', () => {
    expect(mix.reduce((sum, [, part]) => sum + part, 0)).toBeCloseTo(1, 12);
  });

  it('only carts and orders carry a body', () => {
    for (const { kind, method, body } of steps.slice(0, 1_000)) {
      const writes = kind === 'cart' || kind === 'order';
      expect([method, body !== null]).toEqual([writes ? 'POST' : 'GET', writes]);
    }
  });
});
