import { dump } from 'js-yaml';
import type { PlanView } from '#lib/contract/config.ts';

/** A plan's text as its author wrote it; one that came as JSON is written out as YAML, which people read better. */
export const yamlOf = ({ source, document }: Pick<PlanView, 'source' | 'document'>): string =>
  source.trimStart().startsWith('{')
    ? dump(document, { lineWidth: 100, noRefs: true, flowLevel: 4 })
    : source;
