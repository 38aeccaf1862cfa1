import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { planTemplate } from './template.ts';
import { yamlOf } from './yaml-of.ts';

const source = planTemplate('new-canary', 'shop');
const document = load(source) as Record<string, unknown>;

describe('the text of a plan', () => {
  it('stays as its author wrote it, comments included', () =>
    expect(yamlOf({ source, document })).toBe(source));

  it('is YAML of the same document when it came as JSON', () => {
    const text = yamlOf({ source: JSON.stringify(document), document });
    expect(text.startsWith('apiVersion: slipway/v1')).toBe(true);
    expect(load(text)).toEqual(document);
  });
});
