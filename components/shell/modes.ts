import type { AgentView } from '#lib/contract/config.ts';

/** Agents that should be in contact and are not: enrolled, never revoked, heard before. */
export const lostAgents = (agents: readonly AgentView[]): AgentView[] =>
  agents.filter(({ connected, revoked, lastSeenAt }) => !connected && !revoked && lastSeenAt !== null);
