/** What the drafting of a retrospective reads beside the release and its events. */
import { z } from 'zod';
import type { Role } from '../domain/release/types.ts';
import type { Counts } from '../domain/retrospective/facts.ts';
import type { Queryable } from './database.ts';

const ACCOUNTS_MAX = 5_000;
const INCIDENTS_MAX = 100;

/**
 * Requests and failures of both tracks on a release's targets; null when nothing is kept of that time. An interval
 * counts whole when any of it lies within: the requests of a release's last moment are in one that ends after it.
 */
export const readTraffic = async (
  client: Queryable,
  releaseId: string,
  span: { from: number; to: number },
): Promise<{ canary: Counts; baseline: Counts } | null> => {
  const { rows } = await client.query(
    `SELECT s.track, sum(s.requests)::bigint AS requests, sum(s.errors)::bigint AS errors
     FROM sample s JOIN release_target rt ON rt.target_id = s.target_id
     WHERE rt.release_id = $1 AND s.at > $2 AND s.at <= $3::timestamptz + interval '5 minutes'
       AND s.at - make_interval(secs => s.seconds) < $3 GROUP BY s.track`,
    [releaseId, new Date(span.from), new Date(span.to)],
  );
  const tracks = z.array(trackSchema).parse(rows);
  if (tracks.length === 0) return null;
  const countsOf = (track: number): Counts => {
    const { requests = 0, errors = 0 } = tracks.find((row) => row.track === track) ?? {};
    return { requests, errors };
  };
  return { canary: countsOf(0), baseline: countsOf(1) };
};

/** Names and roles of everybody with an account. */
export const readAccounts = async (client: Queryable): Promise<{ name: string; role: Role }[]> => {
  const { rows } = await client.query(`SELECT name, role FROM "user" ORDER BY created_at LIMIT $1`, [
    ACCOUNTS_MAX,
  ]);
  return z.array(accountSchema).parse(rows);
};

/** What a release brought, as far as the repository was read. */
export type BroughtCommit = { hash: string; at: number; title: string; author: null; url: string | null };

/**
 * The commits that the released version holds and the baseline does not, which touch the service, oldest first and at
 * most `COMMITS_MAX` of the newest; the last of them is what the version was built from. Where the baseline names no
 * known commit, that last one alone: its whole past is not what this release brought.
 */
export const readCommits = async (client: Queryable, releaseId: string): Promise<BroughtCommit[]> => {
  const { rows } = await client.query(COMMITS, [releaseId, COMMITS_MAX]);
  const found = z.array(commitSchema).parse(rows);
  return found.map(({ sha, authored_at, version, repository, built, pr }) => ({
    hash: sha,
    at: authored_at.getTime(),
    title: built
      ? `the state that ${version} was built from`
      : pr
        ? `part of ${pr}`
        : 'new with this release',
    author: null,
    url:
      repository && /^https?:\/\//.test(repository) ? `${repository.replace(/\/$/, '')}/commit/${sha}` : null,
  }));
};

const COMMITS_MAX = 200;

/** Both walks stop where a commit was never read; merges carry no change of their own. */
const COMMITS = `
  WITH RECURSIVE about AS (
    SELECT v.commit AS built, b.commit AS before, v.name AS version, s.slug AS service, s.repository
    FROM release r JOIN artifact_version v ON v.id = r.version_id JOIN service s ON s.id = r.service_id
    LEFT JOIN artifact_version b ON b.id = r.baseline_version_id WHERE r.id = $1
  ), known (sha) AS (
    SELECT c.sha FROM source_commit c JOIN about a ON c.sha = a.before
    UNION
    SELECT p.sha FROM known k JOIN source_commit c ON c.sha = k.sha CROSS JOIN LATERAL unnest(c.parents) AS p (sha)
  ), brought (sha) AS (
    SELECT c.sha FROM source_commit c JOIN about a ON c.sha = a.built WHERE c.sha NOT IN (SELECT sha FROM known)
    UNION
    SELECT p.sha FROM brought n JOIN source_commit c ON c.sha = n.sha CROSS JOIN LATERAL unnest(c.parents) AS p (sha)
    WHERE EXISTS (SELECT 1 FROM known) AND p.sha NOT IN (SELECT sha FROM known)
  )
  SELECT * FROM (
    SELECT c.sha, c.number, c.authored_at, c.pr, a.version, a.repository, c.sha = a.built AS built
    FROM brought n JOIN source_commit c ON c.sha = n.sha CROSS JOIN about a
    WHERE c.sha = a.built
      OR cardinality(c.parents) < 2 AND (c.services IS NULL OR a.service = ANY (c.services))
    ORDER BY built DESC, c.authored_at DESC, c.number DESC LIMIT $2
  ) AS newest ORDER BY built, authored_at, number`;

/** Incidents that are said or found to be caused by a release, as they stand now, oldest first. */
export const readLinkedIncidents = async (client: Queryable, releaseId: string) => {
  const { rows } = await client.query(
    `SELECT i.id, i.title, i.url, i.severity, i.started_at, i.resolved_at FROM incident i
     LEFT JOIN dora_incident d ON d.incident_id = i.id
     WHERE $1 = ANY(i.caused_by) OR $1 = ANY(d.deployments)
     ORDER BY i.started_at, i.id LIMIT $2`,
    [releaseId, INCIDENTS_MAX],
  );
  return z.array(incidentSchema).parse(rows);
};

/**
 * Releases that were stopped after they had traffic, or were emergencies, and have no retrospective, those that ended first first. `before`
 * leaves time for the last measurements to arrive; what ended long ago is left to people.
 */
export const releasesToDraft = async (
  client: Queryable,
  span: { after: number; before: number },
  limit: number,
): Promise<string[]> => {
  const { rows } = await client.query({
    name: 'releases-to-draft',
    text: `SELECT r.id FROM release r
      WHERE r.finished_at > $1 AND r.finished_at <= $2 AND (r.outcome IN ('rolled-back', 'cancelled') OR r.state->'governance'->>'emergency' = 'true')
        AND (r.state->>'stageIndex')::integer >= 0
        AND NOT EXISTS (SELECT 1 FROM retrospective WHERE release_id = r.id)
      ORDER BY r.finished_at LIMIT $3`,
    values: [new Date(span.after), new Date(span.before), limit],
  });
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
};

const trackSchema = z.object({ track: z.number(), requests: z.number(), errors: z.number() });
const accountSchema = z.object({
  name: z.string(),
  role: z.enum(['viewer', 'operator', 'approver', 'administrator']),
});
const commitSchema = z.object({
  sha: z.string(),
  authored_at: z.date(),
  version: z.string(),
  repository: z.string().nullable(),
  built: z.boolean(),
  pr: z.string().nullable(),
});
const incidentSchema = z.object({
  id: z.string(),
  title: z.string().nullable(),
  url: z.string().nullable(),
  severity: z.number(),
  started_at: z.date(),
  resolved_at: z.date().nullable(),
});
export type LinkedIncident = z.infer<typeof incidentSchema>;
