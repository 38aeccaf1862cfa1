/** What is merged and not shipped: a leading indicator that nobody deploys. */
import { groupBy } from './group-by.ts';
import type { DeliveryFact } from './types.ts';

export type Undeployed = { n: number; oldest_sha: string; oldest_authored_at: string; age_s: number };

/** Per service with undeployed commits: how many, and the one that was written first. Ages are never negative. */
export const undeployedOf = (
  deliveries: readonly DeliveryFact[],
  asOf: number,
): Record<string, Undeployed> => {
  const waiting = groupBy(
    deliveries.filter(({ deliveredAt }) => deliveredAt === null),
    ({ service }) => service,
  );
  return Object.fromEntries(
    [...waiting].map(([service, commits]) => {
      const oldest = commits.reduce((a, b) => (isOlder(b, a) ? b : a));
      return [
        service,
        {
          n: commits.length,
          oldest_sha: oldest.sha,
          oldest_authored_at: new Date(oldest.authoredAt).toISOString(),
          age_s: Math.max(0, asOf - oldest.authoredAt) / 1_000,
        },
      ];
    }),
  );
};

const isOlder = (a: DeliveryFact, b: DeliveryFact): boolean =>
  a.authoredAt < b.authoredAt || (a.authoredAt === b.authoredAt && a.sha < b.sha);
