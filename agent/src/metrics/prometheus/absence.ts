/** Why a query selects no series: because nothing happened yet, or because it asks for the wrong thing? */
import type { CompiledSelector } from '../compile-selector.ts';
import { renderSelector, type Selector } from '../selector.ts';
import { familyNames } from '../text-format.ts';
import type { QueryApi } from './query-api.ts';
import { takePart, unionQuery } from './union-query.ts';

/**
 * Null when an empty result of `query` means zero; else the reason why it means nothing, in words. A label that no
 * otherwise fitting series carries is a wrong selector: it must not look like a version without errors.
 */
export const absenceProblem = async (
  api: QueryApi,
  query: CompiledSelector,
  at: number,
  signal: AbortSignal,
): Promise<string | null> => {
  const { selector, requiredLabels } = query;
  const parts = [
    { name: selector.name, matchers: [] },
    ...requiredLabels.flatMap((label) => withoutAndAny(selector, label)),
  ];
  const found = await api.instant(
    unionQuery(parts.map((part) => `count(${renderSelector(part)})`)),
    at,
    signal,
  );
  const present = new Set(found.map(({ labels }) => takePart(labels)));
  const absent = requiredLabels.find((_, index) => present.has(1 + 2 * index) && !present.has(2 + 2 * index));
  if (absent !== undefined) return `no series of ${selector.name} has the label ${absent}`;
  if (present.has(0)) return null;
  for (const family of familyNames(selector.name)) if (await api.announces(family, signal)) return null;
  return `Prometheus knows no metric ${selector.name}`;
};

const withoutAndAny = (selector: Selector, label: string): [Selector, Selector] => {
  const others = selector.matchers.filter((matcher) => matcher.label !== label);
  return [
    { name: selector.name, matchers: others },
    { name: selector.name, matchers: [...others, { label, operator: '!=', value: '' }] },
  ];
};
