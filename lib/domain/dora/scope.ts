import type { Facts } from './types.ts';

/** What belongs to one service: its deployments and commits, and the incidents that affect it or are linked to it. */
export const factsOfService = ({ deployments, deliveries, incidents }: Facts, service: string): Facts => {
  const own = deployments.filter((fact) => fact.service === service);
  const ids = new Set(own.map(({ id }) => id));
  return {
    deployments: own,
    deliveries: deliveries.filter((fact) => fact.service === service),
    incidents: incidents.filter(
      (fact) => fact.services.includes(service) || fact.deployments.some((id) => ids.has(id)),
    ),
  };
};

/** When the first and the last finished production deployment ended; null = there is none. */
export const endsOf = ({
  deployments,
}: Pick<Facts, 'deployments'>): { first: number | null; last: number | null } => {
  let first: number | null = null;
  let last: number | null = null;
  for (const { finishedAt } of deployments) {
    if (finishedAt === null) continue;
    first = Math.min(first ?? finishedAt, finishedAt);
    last = Math.max(last ?? finishedAt, finishedAt);
  }
  return { first, last };
};
