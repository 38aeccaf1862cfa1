import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parseMetricsPage } from './text-format.ts';

const parse = (text: string, ...wanted: string[]) => parseMetricsPage(text, new Set(wanted));

describe('a metrics page', () => {
  it('gives back what a real client library wrote, whatever the label values hold', async () => {
    const values = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(values, async (paths) => {
        const registry = new Registry();
        const counter = new Counter({
          name: 'a_total',
          help: 'x\ny',
          labelNames: ['path'],
          registers: [registry],
        });
        for (const [index, path] of paths.entries()) counter.inc({ path }, index + 1);
        const page = parse(await registry.metrics(), 'a_total');
        expect(page.samples.map(({ labels, value }) => [labels.get('path'), value])).toEqual(
          paths.map((path, index) => [path, index + 1]),
        );
        expect(page.known).toEqual(new Set(['a_total']));
      }),
    );
  });

  it('knows a histogram by its family before the first observation', async () => {
    const registry = new Registry();
    new Histogram({ name: 'h', help: 'h', labelNames: ['p'], buckets: [1], registers: [registry] });
    const page = parse(await registry.metrics(), 'h_bucket', 'other');
    expect(page).toEqual({ samples: [], known: new Set(['h_bucket']) });
  });

  it.each([
    ['a 1\n', 1],
    ['a{} 1 1395066363000\n', 1],
    [' a { x = "1" , } +2.5e3\r\n', 2500],
    ['a{x="}"} 0x\na 1\n', null],
    ['{"a",x="1"} 4\n', 4],
    ['a{x="1"} 4 # {trace="z"} 0.3 1.5\n', 4],
    ['# EOF\na 5\n', 5],
    ['a +Inf\n', Number.POSITIVE_INFINITY],
    ['a{__proto__="x"} 6\n', 6],
  ])('reads %j as %s', (text, value) => {
    if (value === null) expect(() => parse(text, 'a')).toThrow('line 1 is not in the Prometheus text format');
    else expect(parse(text, 'a').samples.map((sample) => sample.value)).toEqual([value]);
  });

  it.each([
    'a\n',
    'a{x="1}\n',
    'a{x=1} 2\n',
    'a{x="1" y="2"} 2\n',
    'a{x="1",x="2"} 2\n',
    'a{"b"} 1\n',
    'a{x} 1\n',
    'a 1 2 3\n',
    'a 12abc\n',
    '<html>\n',
    '{x="1"} 2\n',
    'a{x="1"}{y="2"} 3\n',
  ])('refuses %j and names the line', (text) => {
    expect(() => parse(text, 'a')).toThrow('line 1 is not');
  });

  it('that was cut off is refused, since a cut number would look like a reset', () => {
    expect(() => parse('a 1234\na{x="1"} 12', 'a')).toThrow('cut off');
  });

  it('ignores the lines of metrics nobody asked for', () => {
    expect(parse('b{broken 1\nab 3\na 2\n', 'a').samples).toHaveLength(1);
  });
});
