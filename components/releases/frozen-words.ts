import type { FreezeView } from '#lib/contract/freeze.ts';
import { listText, momentText } from '#lib/domain/release/words.ts';

/** Why a start would be refused now, with the next open moment; nothing when no window holds there. */
export const frozenWords = (
  windows: readonly FreezeView[],
  service: string,
  environment: string,
): string | undefined => {
  const holding = windows.filter(
    ({ active, services, environments }) =>
      active && names(services, service) && names(environments, environment),
  );
  if (environment === '' || holding.length === 0) return undefined;
  const open = holding.flatMap(({ nextOpenAt }) => (nextOpenAt ? [Date.parse(nextOpenAt)] : []));
  const opens = open.length > 0 ? ` Open again ${momentText(Math.max(...open))}.` : '';
  return `Frozen by ${listText(holding.map(({ name }) => `"${name}"`))}.${opens}`;
};

const names = (slugs: readonly string[], slug: string): boolean => slugs.length === 0 || slugs.includes(slug);
