/** How the rows of the three files lie in the database, and when a stored row may be replaced by one of a file. */
import type { RowOf, TableName } from '../../../domain/dora/csv/index.ts';

export type StagedTable<T extends TableName> = {
  target: string;
  key: string;
  /** What a file says beside the key: columns of the target with their types. */
  columns: Record<string, string>;
  /** SQL on the stored row `t`: it is unfinished, and a file may tell how it ended. */
  open: string;
  /** SQL on `t` and the staged row `s`: somebody who knows better wrote it, and it stays as it is. */
  stands: string;
  toColumns: (row: RowOf<T>) => Record<string, unknown>;
};

const at = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const STAGED: { [T in TableName]: StagedTable<T> } = {
  deployments: {
    target: 'imported_deployment',
    key: 'id',
    columns: {
      service: 'text',
      environment: 'text',
      tier: 'text',
      group_id: 'text',
      commit_sha: 'text',
      version: 'text',
      kind: 'text',
      started_at: 'timestamptz(3)',
      finished_at: 'timestamptz(3)',
      status: 'text',
      max_exposure: 'double precision',
      rollback_of: 'text',
      remediates: 'text',
      unplanned: 'boolean',
      drill: 'boolean',
    },
    open: 't.finished_at IS NULL',
    stands: 'false',
    toColumns: (row) => ({
      id: row.id,
      service: row.service,
      environment: row.environment,
      tier: row.tier,
      group_id: row.groupId,
      commit_sha: row.commitSha,
      version: row.version,
      kind: row.kind,
      started_at: at(row.startedAt),
      finished_at: at(row.finishedAt),
      status: row.status,
      max_exposure: row.maxExposure,
      rollback_of: row.rollbackOf,
      remediates: row.remediates,
      unplanned: row.unplanned,
      drill: row.drill,
    }),
  },
  commits: {
    target: 'source_commit',
    key: 'sha',
    columns: { parents: 'text[]', authored_at: 'timestamptz(3)', services: 'text[]', pr: 'text' },
    open: 'false',
    stands: "t.source = 'git' AND t.parents = s.parents",
    toColumns: (row) => ({
      sha: row.sha,
      parents: row.parents,
      authored_at: at(row.authoredAt),
      services: row.services,
      pr: row.pr,
    }),
  },
  incidents: {
    target: 'incident',
    key: 'id',
    columns: {
      services: 'text[]',
      severity: 'integer',
      started_at: 'timestamptz(3)',
      detected_at: 'timestamptz(3)',
      resolved_at: 'timestamptz(3)',
      caused_by: 'text[]',
      cause: 'text',
      duplicate_of: 'text',
      drill: 'boolean',
    },
    open: "t.source = 'csv' AND t.resolved_at IS NULL",
    stands: "t.source = 'csv' AND cardinality(t.edited_fields) > 0",
    toColumns: (row) => ({
      id: row.id,
      services: row.services,
      severity: row.severity,
      started_at: at(row.startedAt),
      detected_at: at(row.detectedAt),
      resolved_at: at(row.resolvedAt),
      caused_by: row.causedBy,
      cause: row.cause,
      duplicate_of: row.duplicateOf,
      drill: row.drill,
    }),
  },
};
