/**
 * A plain metric selector, `name{label="value",other=~"a|b"}`, read with Prometheus' own grammar. Anything
 * else (functions, ranges, offsets, arithmetic) is refused: increases are taken here, per series.
 */
import { parser } from '@prometheus-io/lezer-promql';
import { quoteGoString, unquoteGoString } from './go-string.ts';
import { SelectorError } from './source.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';
export type Matcher = { label: string; operator: MatchOperator; value: string };
export type Selector = { name: string; matchers: Matcher[] };

/** Reads a selector; throws `SelectorError` whose message says what to write instead. */
export const parseSelector = (text: string): Selector => {
  if (text.length > lengthMax) throw new SelectorError(`is longer than ${lengthMax} characters`);
  const root = parser.parse(text).topNode;
  if (hasSyntaxError(root)) throw new SelectorError(syntaxHint(text));
  const expression = root.firstChild;
  if (expression?.name === 'LineComment' || expression?.nextSibling)
    throw new SelectorError('write the selector alone, without comments');
  if (expression?.name !== 'VectorSelector') throw new SelectorError(shapeHint(text));
  return withName(text, expression);
};

/** Canonical text; parsing it gives the same selector again. */
export const renderSelector = ({ name, matchers }: Selector): string => {
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const parts = [
    ...(plain ? [] : [`__name__=${quoteGoString(name)}`]),
    ...matchers.map(({ label, operator, value }) => `${label}${operator}${quoteGoString(value)}`),
  ];
  return `${plain ? name : ''}${parts.length > 0 ? `{${parts.join(',')}}` : ''}`;
};

/** Is it the same metric with the same matchers in the same order? */
export const sameSelector = (a: Selector, b: Selector): boolean =>
  a.name === b.name &&
  a.matchers.length === b.matchers.length &&
  a.matchers.every((matcher, index) => {
    const other = b.matchers[index];
    return (
      matcher.label === other?.label && matcher.operator === other.operator && matcher.value === other.value
    );
  });

/** Two resolved selectors, one a track, must fit the 2,000 characters that the wire gives a query. */
const lengthMax = 900;

type Node = ReturnType<typeof parser.parse>['topNode'];

const withName = (text: string, selector: Node): Selector => {
  const identifier = selector.getChild('Identifier');
  const names = identifier ? [text.slice(identifier.from, identifier.to)] : [];
  const matchers: Matcher[] = [];
  for (const node of selector.getChild('LabelMatchers')?.getChildren('QuotedLabelName') ?? [])
    names.push(stringOf(text, node));
  for (const node of matcherNodes(selector)) {
    const matcher = matcherOf(text, node);
    if (matcher.label === '__name__' && matcher.operator === '=') names.push(matcher.value);
    else matchers.push(matcher);
  }
  const [name] = names;
  if (name === undefined || name === '' || names.length > 1 || matchers.some((m) => m.label === '__name__'))
    throw new SelectorError('name exactly one metric, such as http_requests_total{job="shop"}');
  return { name, matchers };
};

const matcherNodes = (selector: Node): Node[] => {
  const list = selector.getChild('LabelMatchers');
  return list ? [...list.getChildren('UnquotedLabelMatcher'), ...list.getChildren('QuotedLabelMatcher')] : [];
};

const matcherOf = (text: string, node: Node): Matcher => {
  const [label, operator, value] = [node.firstChild, node.getChild('MatchOp'), node.lastChild];
  if (!label || !operator || !value) throw new SelectorError(syntaxHint(text));
  const name = label.name === 'LabelName' ? text.slice(label.from, label.to) : stringOf(text, label);
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
    throw new SelectorError(`label "${name}" is not a plain label name (letters, digits and _)`);
  return {
    label: name,
    operator: asOperator(text.slice(operator.from, operator.to)),
    value: stringOf(text, value),
  };
};

const asOperator = (text: string): MatchOperator => {
  if (text === '=' || text === '!=' || text === '=~' || text === '!~') return text;
  throw new SelectorError(`"${text}" is not one of = != =~ !~`);
};

const stringOf = (text: string, node: Node): string => {
  const literal = text.slice(node.from, node.to);
  const value = unquoteGoString(literal);
  if (value !== null) return value;
  const fix = 'in a regular expression write \\\\d for \\d, or use backquotes';
  throw new SelectorError(`${literal} has an unknown escape; ${fix}`);
};

const hasSyntaxError = (root: Node): boolean => {
  let found = false;
  root.cursor().iterate((node) => {
    if (node.type.isError) found = true;
    return !found;
  });
  return found;
};

const bareSelector = (text: string): string | null =>
  /[a-zA-Z_:][a-zA-Z0-9_:]*\{[^}]*\}/.exec(text)?.[0].slice(0, 200) ?? null;

const shapeHint = (text: string): string => {
  const called = /^\s*([a-z_]+)\s*(?:\(|by\b|without\b)/.exec(text)?.[1];
  const without = called ? ` without ${called}()` : ' without ranges, offsets or arithmetic';
  return `queries select counters; write ${bareSelector(text) ?? 'http_requests_total{...}'}${without}`;
};

const syntaxHint = (text: string): string => {
  if (/^[^{"'`]*\$/.test(text)) return 'a placeholder such as $track may only stand inside a label value';
  return `is not a metric selector; write one such as http_requests_total{job="shop",code=~"5.."}`;
};
