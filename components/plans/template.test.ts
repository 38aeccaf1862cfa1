import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '#lib/domain/release/plan.ts';
import { nameIn, planTemplate } from './template.ts';

describe('the plan template', () => {
  it.each([null, 'shop'])('is a plan that the server would take, for the service %s', (service) => {
    expect(parsePlan(load(planTemplate('new-canary', service))).errors).toBeNull();
  });

  it('names the plan where it is stored', () => {
    expect(nameIn(planTemplate('new-canary', 'shop'))).toBe('new-canary');
    expect(nameIn('metadata: { name: shop-canary, service: shop }')).toBe('shop-canary');
    expect(nameIn('kind: Plan')).toBeNull();
  });
});
