import type { AgentView, ServiceView } from '#lib/contract/config.ts';

/** Agents that should be in contact and are not: enrolled, never revoked, heard before. */
export const lostAgents = (agents: readonly AgentView[]): AgentView[] =>
  agents.filter(({ connected, revoked, lastSeenAt }) => !connected && !revoked && lastSeenAt !== null);

/** The demo registers its services under an owner of this name. */
export const DEMO_OWNER = 'slipway-demo';

export const isDemo = (services: readonly Pick<ServiceView, 'owners'>[]): boolean =>
  services.some(({ owners }) => owners.includes(DEMO_OWNER));
