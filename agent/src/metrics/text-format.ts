/**
 * The Prometheus text exposition format, read strictly and in time linear in the page. Only samples of wanted
 * metrics are kept. Written here since the published parsers lose a last line without a line feed and take
 * malformed lines for samples, and a half-sent page must never look like a counter that fell.
 */
import type { Labels } from './compile-selector.ts';
import { SourceError } from './source.ts';

export type Sample = { name: string; labels: Labels; value: number };

export type MetricsPage = {
  samples: Sample[];
  /** Wanted names that the page knows: as a sample, or announced by `# TYPE` or `# HELP` before the first sample. */
  known: Set<string>;
};

/** Throws `SourceError` for a page that is cut off, or whose lines of wanted metrics cannot be read. */
export const parseMetricsPage = (text: string, wanted: ReadonlySet<string>): MetricsPage => {
  if (text !== '' && !text.endsWith('\n'))
    throw new SourceError('sent a page that is cut off: its last line does not end with a line feed');
  const page: MetricsPage = { samples: [], known: new Set() };
  const announced = announcements(wanted);
  let lineNumber = 0;
  for (const raw of text.split('\n')) {
    lineNumber += 1;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.startsWith('#')) {
      const family = /^#[ \t]+(?:TYPE|HELP)[ \t]+(\S+)/.exec(line)?.[1];
      for (const name of (family !== undefined && announced.get(family)) || []) page.known.add(name);
      continue;
    }
    const sample = sampleOf(line, wanted, lineNumber);
    if (!sample) continue;
    page.known.add(sample.name);
    page.samples.push(sample);
  }
  return page;
};

/** The family that announces a sample's metric: itself, or the histogram or counter it is a part of. */
export const familyNames = (name: string): string[] => [
  name,
  name.replace(/_(?:bucket|count|sum|total)$/, ''),
];

const announcements = (wanted: ReadonlySet<string>): Map<string, string[]> => {
  const byFamily = new Map<string, string[]>();
  for (const name of wanted)
    for (const family of familyNames(name)) byFamily.set(family, [...(byFamily.get(family) ?? []), name]);
  return byFamily;
};

const sampleOf = (line: string, wanted: ReadonlySet<string>, lineNumber: number): Sample | null => {
  const bare = /^[ \t]*([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line)?.[1];
  if (bare !== undefined && !wanted.has(bare)) return null;
  if (bare === undefined && !/^[ \t]*\{/.test(line)) {
    if (line.trim() === '') return null;
    throw malformed(lineNumber);
  }
  const reader = new LineReader(line, lineNumber);
  const sample = reader.sample(bare);
  return wanted.has(sample.name) ? sample : null;
};

const malformed = (lineNumber: number): SourceError =>
  new SourceError(`sent a page whose line ${lineNumber} is not in the Prometheus text format`);

const tokens = {
  space: /[ \t]*/y,
  name: /[a-zA-Z_:][a-zA-Z0-9_:]*/y,
  open: /\{/y,
  close: /\}/y,
  equals: /=/y,
  comma: /,/y,
  quoted: /"[^"\\]*(?:\\.[^"\\]*)*"/y,
  value: /[^ \t]+/y,
  /** A timestamp, an exemplar, or nothing. */
  rest: /(?:[ \t]+-?\d+(?:\.\d+)?)?[ \t]*(?:#.*)?$/y,
};

class LineReader {
  #position = 0;
  readonly #line: string;
  readonly #lineNumber: number;

  constructor(line: string, lineNumber: number) {
    this.#line = line;
    this.#lineNumber = lineNumber;
  }

  sample(bareName: string | undefined): Sample {
    if (bareName !== undefined) this.#need('name');
    const labels = new Map<string, string>();
    const quotedName = this.#take('open') === null ? undefined : this.#labelsInto(labels);
    const name = bareName ?? quotedName;
    const value = numberOf(this.#need('value'));
    const named = (bareName === undefined) !== (quotedName === undefined);
    if (name === undefined || !named || value === null || !this.#atEnd()) throw malformed(this.#lineNumber);
    return { name, labels, value };
  }

  /** Reads up to the closing brace; returns a quoted metric name that stands among the labels. */
  #labelsInto(labels: Map<string, string>): string | undefined {
    let name: string | undefined;
    while (this.#take('close') === null) {
      const quoted = this.#take('quoted');
      const key = quoted === null ? this.#need('name') : unescapeLabel(quoted.slice(1, -1));
      const isLabel = this.#take('equals') !== null;
      if (isLabel ? labels.has(key) : quoted === null || name !== undefined)
        throw malformed(this.#lineNumber);
      if (isLabel) labels.set(key, unescapeLabel(this.#need('quoted').slice(1, -1)));
      else name = key;
      if (this.#take('comma') === null && this.#peek() !== '}') throw malformed(this.#lineNumber);
    }
    return name;
  }

  #take(kind: keyof typeof tokens): string | null {
    this.#position += this.#match(tokens.space)?.length ?? 0;
    const found = this.#match(tokens[kind]);
    if (found !== null) this.#position += found.length;
    return found;
  }

  #need(kind: keyof typeof tokens): string {
    const found = this.#take(kind);
    if (found === null) throw malformed(this.#lineNumber);
    return found;
  }

  #peek(): string | undefined {
    this.#position += this.#match(tokens.space)?.length ?? 0;
    return this.#line[this.#position];
  }

  #atEnd(): boolean {
    return this.#match(tokens.rest) !== null;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#line)?.[0] ?? null;
  }
}

/** The format knows three escapes; any other backslash stands for itself. */
const unescapeLabel = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char));

/** A sample value as Go writes it; null when it is none. */
export const numberOf = (text: string): number | null => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  const special = /^([+-]?)(Inf|NaN)$/i.exec(text);
  if (!special) return null;
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
};
