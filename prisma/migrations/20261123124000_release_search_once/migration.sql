-- Verdicts say the same sentence at every gate; what is said often is found as well when it is kept once.
CREATE OR REPLACE FUNCTION "refresh_release_search"("ids" uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "release_search" AS t
    ("release_id", "created_at", "service_id", "environment_id", "version_id", "plan_id", "outcome", "people", "document")
  SELECT r."id", r."created_at", r."service_id", r."environment_id", r."version_id", pr."plan_id", r."outcome",
    coalesce(said."people", '{}'),
    left(lower(concat_ws(' ', s."slug", s."name", v."name", p."slug", r."started_by"->>'name', r."reason", said."words")), 8000)
  FROM "release" r
  JOIN "service" s ON s."id" = r."service_id"
  JOIN "artifact_version" v ON v."id" = r."version_id"
  JOIN "plan_revision" pr ON pr."id" = r."plan_revision_id"
  JOIN "plan" p ON p."id" = pr."plan_id"
  LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT lower(e."actor_name")) FILTER (WHERE e."actor_kind" IN ('person', 'token')) AS "people",
      string_agg(DISTINCT concat_ws(' ', CASE WHEN e."actor_kind" IN ('person', 'token') THEN e."actor_name" END,
        CASE WHEN e."type" <> 'created' THEN e."data"->>'reason' END, e."data"#>>'{verdict,sentence}'), ' ') AS "words"
    FROM "release_event" e
    WHERE e."release_id" = r."id" AND (e."actor_kind" IN ('person', 'token') OR e."data" ? 'reason' OR e."data" ? 'verdict')
  ) said ON true
  WHERE r."id" = ANY ("ids")
  ON CONFLICT ("release_id") DO UPDATE SET "outcome" = excluded."outcome", "people" = excluded."people",
    "document" = excluded."document"
  WHERE (t."outcome", t."people", t."document") IS DISTINCT FROM (excluded."outcome", excluded."people", excluded."document")
$$;

SELECT "refresh_release_search"(ARRAY(SELECT "id" FROM "release"));
