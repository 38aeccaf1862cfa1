import type { ClusterView } from '../../contract/config.ts';
import type { StoredCluster } from '../../data/config/clusters.ts';

export const clusterView = ({ agent, updatedAt, ...cluster }: StoredCluster): ClusterView => ({
  ...cluster,
  agent: agent && { ...agent, since: agent.since?.toISOString() ?? null },
  updatedAt: updatedAt.toISOString(),
});
