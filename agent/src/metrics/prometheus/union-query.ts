/** Several selectors in one query, so that all of them see the same scrapes. */
import { renderSelector, type Selector } from '../selector.ts';

/** The label that tells which selector a series came from. */
const PART_LABEL = 'slipway_part';

/**
 * One expression over all parts. Asked one after another, a scrape could fall between two of them and give more
 * errors than requests; one query reads one snapshot. Every part is rendered from a parsed selector.
 */
export const unionQuery = (
  parts: readonly Selector[],
  wrap: (selector: string) => string = (text) => text,
): string =>
  parts
    .map((part, index) => `label_replace(${wrap(renderSelector(part))},"${PART_LABEL}","${index}","","")`)
    .join(' or ');

/** The index of the part a series came from; takes the mark off its labels. */
export const takePart = (labels: Map<string, string>): number => {
  const part = Number(labels.get(PART_LABEL) ?? Number.NaN);
  labels.delete(PART_LABEL);
  return part;
};
