/** What a retrospective is drafted from: recorded rows, gathered by a service and not yet judged. */
import type { Outcome, Plan, ReleaseEvent, ReleaseState, Role } from '../release/types.ts';

export type RecordedFact = { sequence: number; at: number; event: ReleaseEvent };

/** Requests of one track and how many of them failed. */
export type Counts = { requests: number; errors: number };

export type RetrospectiveFacts = {
  release: {
    id: string;
    service: { slug: string; name: string };
    environment: { slug: string; name: string };
    version: string;
    baselineVersion: string | null;
    planRevision: number;
    reason: string | null;
    createdAt: number;
    finishedAt: number;
  };
  plan: Plan;
  state: ReleaseState & { outcome: Outcome };
  /** The whole record, oldest first. */
  events: readonly RecordedFact[];
  /** Both tracks from the first exposure to the end; null when nothing is kept of that time. */
  traffic: { canary: Counts; baseline: Counts } | null;
  /** Distinct people behind the canary's requests; null where the source counts requests only. */
  people: number | null;
  /** Everybody with an account, so that their names are found in what others wrote. */
  accounts: readonly { name: string; role: Role }[];
  incidents: readonly {
    id: string;
    at: number;
    title: string;
    url: string | null;
    resolvedAt: number | null;
  }[];
  commits: readonly { hash: string; at: number; title: string; author: string | null; url: string | null }[];
};
