/** Makes a selector executable over the series of a scraped page, with Prometheus' matching rules. */
import { RE2JS } from 're2js';
import type { Matcher, Selector } from './selector.ts';
import { SelectorError } from './source.ts';

export type Labels = ReadonlyMap<string, string>;

export type CompiledSelector = {
  selector: Selector;
  /** The name is compared elsewhere; an absent label is the empty string, a pattern must match all of the value. */
  matches(labels: Labels): boolean;
  /** Labels a series must carry to be selected at all. */
  requiredLabels: string[];
};

/**
 * Throws `SelectorError` for a pattern that RE2 refuses. RE2 takes time linear in the value, whatever the pattern.
 * Matchers on `assumed` labels hold for series that do not carry the label.
 */
export const compileSelector = (selector: Selector, assumed: readonly string[] = []): CompiledSelector => {
  const tests = selector.matchers.map((matcher) => ({ label: matcher.label, test: testOf(matcher) }));
  const holds = (labels: Labels, label: string, test: (text: string) => boolean): boolean =>
    (assumed.includes(label) && !labels.has(label)) || test(labels.get(label) ?? '');
  return {
    selector,
    matches: (labels) => tests.every(({ label, test }) => holds(labels, label, test)),
    requiredLabels: [
      ...new Set(
        tests.filter(({ label, test }) => !assumed.includes(label) && !test('')).map(({ label }) => label),
      ),
    ],
  };
};

const testOf = ({ label, operator, value }: Matcher): ((text: string) => boolean) => {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const pattern = compilePattern(label, value);
  return operator === '=~' ? (text) => pattern.testExact(text) : (text) => !pattern.testExact(text);
};

const compilePattern = (label: string, value: string): RE2JS => {
  if (value.length > patternLengthMax)
    throw new SelectorError(`the pattern of label ${label} is longer than ${patternLengthMax} characters`);
  try {
    return RE2JS.compile(value, RE2JS.DOTALL);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'refused';
    throw new SelectorError(`the pattern of label ${label} is not an RE2 regular expression: ${why}`);
  }
};

const patternLengthMax = 500;
