/** Puts `$track`, `$version` and so on into the label values of a selector, and nowhere else. */
import { RE2JS } from 're2js';
import { didYouMean } from '../config-error.ts';
import { parseSelector, renderSelector, type Selector, sameSelector } from './selector.ts';
import { SelectorError } from './source.ts';

/**
 * Replaces every `$name` in the label values; inside a pattern the value is taken literally. The result is
 * rendered, parsed again and compared, so that no value can change the query's shape. Throws `SelectorError`.
 */
export const fillPlaceholders = (template: Selector, values: ReadonlyMap<string, string>): Selector => {
  const filled: Selector = {
    name: template.name,
    matchers: template.matchers.map((matcher) => {
      const literal = matcher.operator.endsWith('~') ? RE2JS.quote.bind(RE2JS) : (text: string) => text;
      const value = matcher.value.replace(placeholder, (_, name: string) =>
        literal(placeholderValue(name, values)),
      );
      return { ...matcher, value };
    }),
  };
  if (!sameSelector(parseSelector(renderSelector(filled)), filled))
    throw new SelectorError('a placeholder would change the shape of the query');
  return filled;
};

const placeholder = /\$([A-Za-z_][A-Za-z0-9_]*)/g;

const placeholderValue = (name: string, values: ReadonlyMap<string, string>): string => {
  const value = values.get(name);
  if (value !== undefined) return value;
  const known = [...values.keys()].map((key) => `$${key}`);
  throw new SelectorError(`$${name} has no value; ${didYouMean(`$${name}`, known)}`);
};
