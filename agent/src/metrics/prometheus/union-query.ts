/** Several expressions in one query, so that all of them see the same scrapes. */

/** The label that tells which selector a series came from. */
const PART_LABEL = 'slipway_part';

/**
 * One query over all expressions. Asked one after another, a scrape could fall between two of them and give more
 * errors than requests; one query reads one snapshot. Every selector in it is rendered from a parsed one.
 */
export const unionQuery = (expressions: readonly string[]): string =>
  expressions
    .map((expression, index) => `label_replace(${expression},"${PART_LABEL}","${index}","","")`)
    .join(' or ');

/** The index of the expression a series came from; takes the mark off its labels. */
export const takePart = (labels: Map<string, string>): number => {
  const part = Number(labels.get(PART_LABEL) ?? Number.NaN);
  labels.delete(PART_LABEL);
  return part;
};
