/** Building blocks for tests: rows with everything that a test does not care about filled in. */
import { answerOf, type DoraAnswer, windowOf } from './answer.ts';
import { deriveFacts } from './facts.ts';
import {
  type CommitRow,
  type DeploymentRow,
  type DoraSettings,
  doraSettingsDefault,
  type History,
  type IncidentRow,
} from './types.ts';

/** `h(0)` is Monday 2026-03-02, midnight UTC. */
export const h = (hours: number): number => Date.UTC(2026, 2, 2) + hours * 3_600_000;

/** A successful production deployment of `web` that began at hour `at` and took six minutes. */
export const deployment = (id: string, at: number, more: Partial<DeploymentRow> = {}): DeploymentRow => ({
  id,
  service: 'web',
  environment: 'prod',
  tier: 'production',
  groupId: null,
  commitSha: null,
  version: null,
  kind: null,
  startedAt: h(at),
  finishedAt: h(at + 0.1),
  status: 'success',
  maxExposure: null,
  rollbackOf: null,
  remediates: null,
  unplanned: null,
  drill: false,
  ...more,
});

export const commit = (
  sha: string,
  parents: string[],
  at: number,
  services: string[] | null = null,
): CommitRow => ({ sha, parents, authoredAt: h(at), services, pr: null });

/** An incident of `web` of severity 2 that took an hour. */
export const incident = (id: string, at: number, more: Partial<IncidentRow> = {}): IncidentRow => ({
  id,
  services: ['web'],
  severity: 2,
  startedAt: h(at),
  detectedAt: null,
  resolvedAt: h(at + 1),
  causedBy: [],
  cause: null,
  duplicateOf: null,
  drill: false,
  ...more,
});

/** The whole answer; the window is 2026-03-02 to 2026-03-16 unless a test says otherwise. */
export const answerFor = (
  history: Partial<History>,
  options: Partial<DoraSettings> & { from?: string; to?: string } = {},
): Required<DoraAnswer> => {
  const { from = '2026-03-02', to = '2026-03-16', ...given } = options;
  const settings = { ...doraSettingsDefault, ...given };
  const facts = deriveFacts(
    { deployments: [], commits: [], incidents: [], decisions: [], ...history },
    settings,
  );
  const asOf = h(400);
  const window = windowOf({ from, to }, settings.timezone, { first: null, last: null }, asOf);
  const answer = answerOf(facts, { settings, window, asOf, details: true });
  if (!isDetailed(answer)) throw new Error('details were asked for');
  return answer;
};

const isDetailed = (answer: DoraAnswer): answer is Required<DoraAnswer> => answer.kinds !== undefined;
