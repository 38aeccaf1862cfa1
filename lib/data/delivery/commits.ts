import type { Queryable } from '../database.ts';

export type CommitRow = {
  sha: string;
  parents: readonly string[];
  /** Milliseconds since 1970. */
  authoredAt: number;
  /** Null: every service that deploys from its history. */
  services: readonly string[] | null;
};

/** Stores commits of a repository; one that is known gets what was read now. Keeps the reader's claim alive. */
export const storeCommits = async (
  db: Queryable,
  repositoryId: string,
  commits: readonly CommitRow[],
): Promise<void> => {
  const rows = commits.map(({ sha, parents, authoredAt, services }) => ({
    sha,
    parents,
    authored_at: new Date(authoredAt).toISOString(),
    services,
  }));
  await db.query(
    `INSERT INTO source_commit AS c (sha, source, repository_id, parents, authored_at, services)
     SELECT r.sha, 'git', $1, r.parents, r.authored_at, r.services
     FROM jsonb_to_recordset($2) AS r (sha text, parents text[], authored_at timestamptz, services text[])
     ON CONFLICT (sha) DO UPDATE SET source = 'git', repository_id = $1, parents = excluded.parents,
       authored_at = excluded.authored_at, services = excluded.services`,
    [repositoryId, JSON.stringify(rows)],
  );
  await db.query(`UPDATE source_repository SET reading_until = now() + interval '25 minutes' WHERE id = $1`, [
    repositoryId,
  ]);
};

/**
 * Takes commits that no branch reaches any more out of the services they would count for, unless they were delivered:
 * work that was thrown away does not wait for its deployment.
 */
export const abandonCommits = async (db: Queryable, shas: readonly string[]): Promise<void> => {
  await db.query(
    `UPDATE source_commit c SET services = '{}'
     WHERE c.sha = ANY ($1)
       AND NOT EXISTS (SELECT 1 FROM dora_delivery d WHERE d.sha = c.sha AND d.delivered_at IS NOT NULL)`,
    [shas],
  );
};
