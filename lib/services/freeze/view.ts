import type { FreezeView } from '../../contract/freeze.ts';
import type { StoredFreeze } from '../../data/config/freezes.ts';
import { type FreezeWindow, frozenAt, nextChangeAt, nextOpenAt } from '../../domain/policy/freeze.ts';
import { freezeWindowOf } from '../../domain/policy/freeze-document.ts';

/** `all`: every window, since the next open moment depends on the others too. */
export const freezeView = (
  { slug, document, updatedAt }: StoredFreeze,
  all: readonly FreezeWindow[],
  now: number,
): FreezeView => {
  const window = freezeWindowOf(slug, document);
  const place = { service: window.services[0], environment: window.environments[0] };
  return {
    ...document,
    slug,
    active: frozenAt([window], place, now).length > 0,
    nextChangeAt: timeOf(nextChangeAt([window], place, now)),
    nextOpenAt: timeOf(nextOpenAt(all, place, now)),
    updatedAt: updatedAt.toISOString(),
  };
};

const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
