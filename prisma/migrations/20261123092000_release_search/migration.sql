-- What releases are found by, narrow and apart from `release`, so that looking costs running releases nothing.
-- Derived from `release` and `release_event` by the one function below, whoever writes them.

CREATE TABLE "release_search" (
  "release_id" uuid PRIMARY KEY,
  "created_at" timestamptz(3) NOT NULL,
  "service_id" uuid NOT NULL,
  "environment_id" uuid NOT NULL,
  "version_id" uuid NOT NULL,
  "plan_id" uuid NOT NULL,
  "outcome" text,
  -- Everybody who started it or acted on it, in lower case.
  "people" text[] NOT NULL,
  -- Names, reasons and the sentences of verdicts, in lower case.
  "document" text NOT NULL,
  CONSTRAINT "release_search_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "release_search_created_at_idx" ON "release_search" ("created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_service_id_idx" ON "release_search" ("service_id", "created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_environment_id_idx" ON "release_search" ("environment_id", "created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_version_id_idx" ON "release_search" ("version_id", "created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_plan_id_idx" ON "release_search" ("plan_id", "created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_outcome_idx" ON "release_search" ("outcome", "created_at" DESC, "release_id" DESC);
CREATE INDEX "release_search_people_idx" ON "release_search" USING gin ("people");
CREATE INDEX "artifact_version_name_idx" ON "artifact_version" ("name");

-- Text is found without this index too, only slower: a database that has no pg_trgm, or lets nobody add it, is fine.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX "release_search_document_idx" ON "release_search" USING gin ("document" gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
  RAISE NOTICE 'pg_trgm is not available: searching the text of releases reads all of them';
END $$;

CREATE FUNCTION "refresh_release_search"("ids" uuid[]) RETURNS void LANGUAGE sql AS $$
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
      string_agg(concat_ws(' ', CASE WHEN e."actor_kind" IN ('person', 'token') THEN e."actor_name" END,
        CASE WHEN e."type" <> 'created' THEN e."data"->>'reason' END, e."data"#>>'{verdict,sentence}'),
        ' ' ORDER BY e."sequence") AS "words"
    FROM "release_event" e
    WHERE e."release_id" = r."id" AND (e."actor_kind" IN ('person', 'token') OR e."data" ? 'reason' OR e."data" ? 'verdict')
  ) said ON true
  WHERE r."id" = ANY ("ids")
  ON CONFLICT ("release_id") DO UPDATE SET "outcome" = excluded."outcome", "people" = excluded."people",
    "document" = excluded."document"
  WHERE (t."outcome", t."people", t."document") IS DISTINCT FROM (excluded."outcome", excluded."people", excluded."document")
$$;

CREATE FUNCTION "release_search_after_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "refresh_release_search"(ARRAY[NEW."release_id"]);
  RETURN NULL;
END $$;
CREATE TRIGGER "release_event_search" AFTER INSERT ON "release_event" FOR EACH ROW
  WHEN (NEW."actor_kind" IN ('person', 'token') OR NEW."data" ? 'reason' OR NEW."data" ? 'verdict')
  EXECUTE FUNCTION "release_search_after_event"();

CREATE FUNCTION "release_search_after_outcome"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "release_search" SET "outcome" = NEW."outcome" WHERE "release_id" = NEW."id";
  RETURN NULL;
END $$;
CREATE TRIGGER "release_search_outcome" AFTER UPDATE OF "outcome" ON "release" FOR EACH ROW
  WHEN (OLD."outcome" IS DISTINCT FROM NEW."outcome") EXECUTE FUNCTION "release_search_after_outcome"();

CREATE FUNCTION "release_search_after_rename"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "refresh_release_search"(ARRAY(SELECT "id" FROM "release" WHERE "service_id" = NEW."id"));
  RETURN NULL;
END $$;
CREATE TRIGGER "service_search" AFTER UPDATE OF "name" ON "service" FOR EACH ROW
  WHEN (OLD."name" IS DISTINCT FROM NEW."name") EXECUTE FUNCTION "release_search_after_rename"();

SELECT "refresh_release_search"(ARRAY(SELECT "id" FROM "release"));
