/** Finished releases of a span of local days, page by page, and what became of the action items meanwhile. */
import { z } from 'zod';
import type { PeriodRelease } from '../../domain/retrospective/period.ts';
import { gateWaitsOf } from '../../domain/retrospective/waits.ts';
import type { Queryable } from '../database.ts';
import { asReleaseState, planOf } from '../release-record.ts';

/** Days, both included, in a time zone of the IANA list. */
export type Days = { from: string; to: string; zone: string; service: string | null };

const PAGE = 500;

/** Every finished release of these days, the earliest end first. */
export async function* periodReleases(client: Queryable, days: Days): AsyncGenerator<PeriodRelease> {
  let after: { at: Date; id: string } | null = null;
  for (;;) {
    const { rows }: { rows: unknown[] } = await client.query(RELEASES, [
      days.from,
      days.to,
      days.zone,
      days.service,
      after?.at ?? null,
      after?.id ?? null,
      PAGE,
    ]);
    const page = z.array(rowSchema).parse(rows);
    for (const row of page) yield toRelease(row);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = { at: last.finished_at, id: last.id };
  }
}

const RELEASES = `
  SELECT r.id, t.id AS retrospective, s.slug AS service, s.name AS service_name, e.name AS environment_name,
    v.name AS version, r.outcome, r.created_at, r.finished_at, r.state, pr.id AS plan_revision_id,
    pr.document AS plan_document, t.draft->'impact' AS impact, f.reason AS false_alarm,
    coalesce((SELECT array_agg(DISTINCT tag) FROM retrospective_factor x, unnest(x.tags) AS tag
      WHERE x.retrospective_id = t.id), '{}') AS tags,
    EXISTS (SELECT 1 FROM release_event ev WHERE ev.release_id = r.id AND ev.type IN ('verdict', 'cluster-verdict')
      AND ev.data->'verdict'->>'decision' = 'rollback') AS by_verdict
  FROM release r
  JOIN service s ON s.id = r.service_id
  JOIN environment e ON e.id = r.environment_id
  JOIN artifact_version v ON v.id = r.version_id
  JOIN plan_revision pr ON pr.id = r.plan_revision_id
  LEFT JOIN retrospective t ON t.release_id = r.id
  LEFT JOIN false_alarm f ON f.release_id = r.id
  WHERE r.outcome IS NOT NULL
    AND r.finished_at >= ($1::date)::timestamp AT TIME ZONE $3
    AND r.finished_at < ($2::date + 1)::timestamp AT TIME ZONE $3
    AND ($4::text IS NULL OR s.slug = $4)
    AND ($5::timestamptz IS NULL OR (r.finished_at, r.id) > ($5, $6::uuid))
  ORDER BY r.finished_at, r.id LIMIT $7`;

const figure = z.object({ value: z.number().nullable() });
const rowSchema = z.object({
  id: z.string(),
  retrospective: z.string().nullable(),
  service: z.string(),
  service_name: z.string(),
  environment_name: z.string(),
  version: z.string(),
  outcome: z.enum(['released', 'rolled-back', 'cancelled']),
  created_at: z.date(),
  finished_at: z.date(),
  state: z.unknown(),
  plan_revision_id: z.string(),
  plan_document: z.unknown(),
  impact: z
    .object({
      secondsToDetect: figure,
      secondsToRecover: figure,
      harmAvoidedRequests: figure,
      failedRequests: figure,
    })
    .nullable(),
  false_alarm: z.string().nullable(),
  tags: z.array(z.string()),
  by_verdict: z.boolean(),
});

const toRelease = (row: z.infer<typeof rowSchema>): PeriodRelease => {
  const state = asReleaseState(row.state);
  const plan = planOf(row.plan_revision_id, row.plan_document);
  const stage = row.outcome === 'released' ? undefined : plan.stages[state.stageIndex];
  return {
    id: row.id,
    retrospective: row.retrospective,
    service: row.service,
    serviceName: row.service_name,
    environmentName: row.environment_name,
    version: row.version,
    outcome: row.outcome,
    startedAt: row.created_at.getTime(),
    finishedAt: row.finished_at.getTime(),
    stoppedAt: stage
      ? { index: state.stageIndex, name: stage.name, shareBasisPoints: stage.shareBasisPoints }
      : null,
    byVerdict: row.by_verdict,
    secondsToDetect: row.impact?.secondsToDetect.value ?? null,
    secondsToRecover: row.impact?.secondsToRecover.value ?? null,
    harmAvoidedRequests: row.impact?.harmAvoidedRequests.value ?? null,
    failedRequests: row.impact?.failedRequests.value ?? null,
    falseAlarm: row.false_alarm,
    tags: row.tags,
    waits: gateWaitsOf(state, plan, row.created_at.getTime()),
  };
};

/** Opened and done within the days; overdue and open as of `now`. */
export const periodActionItems = async (client: Queryable, days: Days, now: Date) => {
  const { rows } = await client.query(
    `WITH span AS (
       SELECT ($1::date)::timestamp AT TIME ZONE $3 AS start, ($2::date + 1)::timestamp AT TIME ZONE $3 AS ending
     )
     SELECT count(*) FILTER (WHERE a.created_at >= start AND a.created_at < ending) AS opened,
       count(*) FILTER (WHERE a.done_at >= start AND a.done_at < ending) AS closed,
       count(*) FILTER (WHERE a.done_at IS NULL) AS open,
       count(*) FILTER (WHERE a.done_at IS NULL AND a.due_on < ($5::timestamptz AT TIME ZONE 'UTC')::date) AS overdue
     FROM span, action_item a JOIN retrospective t ON t.id = a.retrospective_id
     JOIN release r ON r.id = t.release_id JOIN service s ON s.id = r.service_id
     WHERE ($4::text IS NULL OR s.slug = $4)`,
    [days.from, days.to, days.zone, days.service, now],
  );
  return z.tuple([countsSchema]).parse(rows)[0];
};

const countsSchema = z.object({
  opened: z.number(),
  closed: z.number(),
  open: z.number(),
  overdue: z.number(),
});
