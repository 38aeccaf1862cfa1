import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { planTemplate } from './template.ts';
import { yamlOf } from './yaml-of.ts';

const source = planTemplate('new-canary', 'shop');

describe('the text of a plan', () => {
  it('stays as its author wrote it, comments included', () => expect(yamlOf(source)).toBe(source));

  it('is YAML of the same document, in the same order, when it came as JSON', () => {
    const text = yamlOf(JSON.stringify(load(source)));
    expect(text.startsWith('apiVersion: slipway/v1\nkind: Plan\nmetadata:')).toBe(true);
    expect(load(text)).toEqual(load(source));
  });
});
