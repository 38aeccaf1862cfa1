import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSelector } from './compile-selector.ts';
import { fillPlaceholders } from './placeholders.ts';
import { type Matcher, parseSelector, renderSelector } from './selector.ts';

describe('selectors', () => {
  it('are read with every operator and every way of quoting', () => {
    expect(parseSelector('a_total{x="1", y!=\'2\',z=~`\\d+`,w!~"a\\\\.b",}')).toEqual({
      name: 'a_total',
      matchers: [
        { label: 'x', operator: '=', value: '1' },
        { label: 'y', operator: '!=', value: '2' },
        { label: 'z', operator: '=~', value: '\\d+' },
        { label: 'w', operator: '!~', value: 'a\\.b' },
      ],
    });
    expect(parseSelector('{__name__="a_total"}')).toEqual({ name: 'a_total', matchers: [] });
    expect(parseSelector('{"http.requests", x="1"}').name).toBe('http.requests');
  });

  it.each([
    ['rate(http_requests_total{job="shop"}[5m])', 'write http_requests_total{job="shop"} without rate()'],
    ['sum by (code) (http_requests_total)', 'without sum()'],
    ['http_requests_total{job="shop"}[5m]', 'without ranges, offsets or arithmetic'],
    ['http_requests_total offset 5m', 'queries select counters'],
    ['http_requests_total @ 5', 'queries select counters'],
    ['a + b', 'queries select counters'],
    ['(a)', 'queries select counters'],
    ['1', 'queries select counters'],
    ['"text"', 'queries select counters'],
    ['', 'is not a metric selector'],
    ['a{', 'is not a metric selector'],
    ['a{x="1"', 'is not a metric selector'],
    ['a{x="1"} or b', 'queries select counters'],
    ['a{x="1"}; b', 'is not a metric selector'],
    ['a{x="\n"}', 'is not a metric selector'],
    ['a_$track{x="1"}', 'may only stand inside a label value'],
    ['{job="shop"}', 'name exactly one metric'],
    ['{__name__=~"a|b"}', 'name exactly one metric'],
    ['a{__name__="b"}', 'name exactly one metric'],
    ['a{x=~"\\d"}', 'unknown escape'],
    ['a # note', 'comments'],
    ['# note\na', 'comments'],
    [`a{x="${'y'.repeat(1000)}"}`, 'longer than'],
  ])('refuse %s and say what to write', (text, hint) => {
    expect(() => parseSelector(text)).toThrow(hint);
  });

  it('come back unchanged from their canonical text, whatever the label values hold', () => {
    const matcher: fc.Arbitrary<Matcher> = fc.record({
      label: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
      operator: fc.constantFrom('=', '!=', '=~', '!~'),
      value: fc.string({ unit: 'binary', maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 5 }), (matchers) => {
        fc.pre(matchers.every(({ label }) => label !== '__name__'));
        const selector = { name: 'a_total', matchers };
        expect(parseSelector(renderSelector(selector))).toEqual(selector);
      }),
    );
  });
});

describe('matching', () => {
  const matches = (selector: string, labels: Record<string, string>) =>
    compileSelector(parseSelector(selector)).matches(new Map(Object.entries(labels)));

  it.each([
    ['a{code=~"5.."}', { code: '503' }, true],
    ['a{code=~"5.."}', { code: '5030' }, false],
    ['a{code=~"50"}', { code: '503' }, false],
    ['a{code=~"4..|5.."}', { code: '1503' }, false],
    ['a{code!~"5.."}', { code: '200' }, true],
    ['a{code!="500"}', {}, true],
    ['a{code=""}', {}, true],
    ['a{code=~".*"}', {}, true],
    ['a{code=~".+"}', {}, false],
    ['a{path=~"/a.*"}', { path: '/a\n/b' }, true],
  ])('%s over %j is %s', (selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it('answers at once for a pattern that makes backtracking engines hang', () => {
    expect(matches('a{x=~"(a+)+(b+)+c"}', { x: `${'a'.repeat(30_000)}!` })).toBe(false);
  });

  it.each(['(', 'a{2000}', '(?=a)', '(a)\\\\1', 'x'.repeat(501)])('refuses the pattern %s', (pattern) => {
    expect(() => compileSelector(parseSelector(`a{x=~"${pattern}"}`))).toThrow('the pattern of label x');
  });
});

describe('placeholders', () => {
  it('are put into label values, literally in patterns', () => {
    const values = new Map([
      ['track', 'canary'],
      ['version', '1.4.0+b'],
    ]);
    const template = parseSelector('a{t="$track",v=~"$version|x$"}');
    expect(renderSelector(fillPlaceholders(template, values))).toBe(
      'a{t="canary",v=~"1\\\\.4\\\\.0\\\\+b|x$"}',
    );
  });

  it('name the nearest known one when unknown', () => {
    const template = parseSelector('a{t="$trak"}');
    expect(() => fillPlaceholders(template, new Map([['track', 'canary']]))).toThrow(
      'did you mean "$track"?',
    );
  });

  it('never change the shape of the query, whatever the value', () => {
    const template = parseSelector('a_total{t="x$track",u=~"$track.*"}');
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '"} or b{x="',
        '\\',
        '"',
        '\n',
        '$track',
        '`',
        '"}[5m]',
        '.*|',
        '\\Q',
        '\\E.*',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const filled = fillPlaceholders(template, new Map([['track', value]]));
        expect(filled.matchers.map(({ label, operator }) => label + operator)).toEqual(['t=', 'u=~']);
        expect(filled.matchers[0]?.value).toBe(`x${value}`);
        const { matches } = compileSelector({ name: 'a', matchers: filled.matchers });
        expect(
          matches(
            new Map([
              ['t', `x${value}`],
              ['u', `${value}tail`],
            ]),
          ),
        ).toBe(true);
        expect(
          matches(
            new Map([
              ['t', `x${value}`],
              ['u', `other-${value}`],
            ]),
          ),
        ).toBe(`other-${value}`.startsWith(value));
      }),
      { numRuns: 500 },
    );
  });
});
