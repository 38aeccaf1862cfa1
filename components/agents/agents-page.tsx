'use client';

import { useQuery } from '@tanstack/react-query';
import { useWatch } from '#lib/client/live-context.tsx';
import { agentsQuery, clustersQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { AgentCard } from './agent-card.tsx';
import classes from './agents-page.module.css';
import { ConnectCluster } from './connect-cluster.tsx';

/** Can Slipway reach production? Each agent with what it was asked and what it sees; and how to connect one more. */
export const AgentsPage = () => {
  useWatch(topics.agents);
  const agents = useQuery(agentsQuery());
  const clusters = useQuery(clustersQuery()).data?.items ?? [];
  const silent = clusters.filter(({ agent }) => agent === null);
  return (
    <Page
      title="Agents"
      lede="An agent runs beside the routers of one cluster, connects to Slipway by itself, and carries out what was asked."
    >
      {agents.error && <ProblemNote error={agents.error} retry={() => void agents.refetch()} />}
      {agents.data && agents.data.items.length > 0 && (
        <ul className={classes.list} aria-label="Agents">
          {agents.data.items.map((agent) => (
            <AgentCard key={agent.id} agent={agent} />
          ))}
        </ul>
      )}
      {silent.length > 0 && (
        <p className={classes.silent}>
          Without an agent: {silent.map(({ name }) => name).join(', ')}. Nothing can be released there.
        </p>
      )}
      <Section id="connect" title="Connect a cluster">
        <ConnectCluster clusters={clusters} />
      </Section>
    </Page>
  );
};
