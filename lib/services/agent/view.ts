import type { AgentView } from '../../contract/config.ts';
import type { StoredAgentState } from '../../data/config/agents.ts';

export const agentView = ({
  targets,
  enrolledAt,
  since,
  lastSeenAt,
  ...agent
}: StoredAgentState): AgentView => ({
  ...agent,
  since: since?.toISOString() ?? null,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
  enrolledAt: enrolledAt.toISOString(),
  targets: targets.map(({ wantedBasisPoints, seenBasisPoints, ...target }) => ({
    ...target,
    wanted: percent(wantedBasisPoints),
    seen: percent(seenBasisPoints),
  })),
});

const percent = (basisPoints: number | null): number | null =>
  basisPoints === null ? null : basisPoints / 100;
