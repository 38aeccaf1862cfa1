import { dump, load } from 'js-yaml';

/** A plan's text as its author wrote it; one that came as JSON is written out as YAML, in its own order of keys. */
export const yamlOf = (source: string): string =>
  source.trimStart().startsWith('{')
    ? dump(load(source), { lineWidth: 100, noRefs: true, flowLevel: 4 })
    : source;
