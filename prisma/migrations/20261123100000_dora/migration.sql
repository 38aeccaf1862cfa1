-- How an organisation delivers: what was deployed, what the commits and incidents were, and what follows from them.
-- Services are named by slug, known here or not: history may be older than the service's entry.

-- Deployments that others ran; Slipway's own releases are read from "release".
CREATE TABLE "imported_deployment" (
  "id" text PRIMARY KEY,
  "source" text NOT NULL,
  "service" text NOT NULL,
  "environment" text NOT NULL,
  "tier" text NOT NULL,
  "group_id" text,
  "commit_sha" text,
  "version" text,
  -- NULL = to be inferred.
  "kind" text,
  "started_at" timestamptz(3) NOT NULL,
  "finished_at" timestamptz(3),
  "status" text NOT NULL,
  -- Percent; NULL = 100 for a success, 0 otherwise.
  "max_exposure" double precision,
  "rollback_of" text,
  "remediates" text,
  "unplanned" boolean,
  "drill" boolean NOT NULL,
  "imported_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX "imported_deployment_service_idx" ON "imported_deployment" ("service", "started_at");
CREATE INDEX "imported_deployment_group_id_idx" ON "imported_deployment" ("group_id");

CREATE TABLE "source_repository" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- A URL or a path on the server's host.
  "location" text NOT NULL,
  "branch" text,
  -- Service slug to the path patterns whose changes touch it: {"shop": ["shop/**"]}; an empty list = every change.
  "services" jsonb NOT NULL DEFAULT '{}',
  "head" text,
  "read_at" timestamptz(3),
  "problem" text,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "source_repository_location_key" ON "source_repository" ("location");

CREATE TABLE "source_commit" (
  "sha" text PRIMARY KEY,
  -- The place of this commit in the bit strings of "dora_service".
  "number" serial NOT NULL,
  "source" text NOT NULL,
  "repository_id" uuid,
  -- In Git's order; the first is the line that was merged into.
  "parents" text[] NOT NULL,
  "authored_at" timestamptz(3) NOT NULL,
  -- The services that it touches; NULL = every service that deploys from its history.
  "services" text[],
  "pr" text,
  CONSTRAINT "source_commit_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "source_repository" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "source_commit_number_key" ON "source_commit" ("number");
CREATE INDEX "source_commit_repository_id_idx" ON "source_commit" ("repository_id");

CREATE TABLE "incident" (
  "id" text PRIMARY KEY,
  -- api, csv, pagerduty, grafana or generic.
  "source" text NOT NULL,
  -- The name that the source knows it by, so that the same report twice is one incident.
  "external_key" text,
  "title" text,
  "url" text,
  "services" text[] NOT NULL,
  -- 1 (worst) to 4.
  "severity" integer NOT NULL,
  "started_at" timestamptz(3) NOT NULL,
  "detected_at" timestamptz(3),
  "resolved_at" timestamptz(3),
  -- Ids of deployments or groups.
  "caused_by" text[] NOT NULL,
  "cause" text,
  "duplicate_of" text,
  "drill" boolean NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "incident_external_key_key" ON "incident" ("external_key");
CREATE INDEX "incident_started_at_idx" ON "incident" ("started_at" DESC, "id" DESC);
CREATE INDEX "incident_services_idx" ON "incident" USING gin ("services");
CREATE INDEX "incident_caused_by_idx" ON "incident" USING gin ("caused_by");

-- What people said about which deployment caused which incident. Append-only; later rows win.
CREATE TABLE "incident_link_decision" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Keeps the order of two decisions of the same millisecond.
  "sequence" serial NOT NULL,
  "incident_id" text NOT NULL,
  -- confirm, change or reject.
  "decision" text NOT NULL,
  "deployment_id" text NOT NULL,
  -- Of a change: the deployment that caused it instead.
  "instead_id" text,
  "decided_by" jsonb NOT NULL,
  "reason" text NOT NULL,
  "decided_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "incident_link_decision_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "incident_link_decision_incident_id_idx" ON "incident_link_decision" ("incident_id", "sequence");
CREATE TRIGGER "incident_link_decision_append_only" BEFORE UPDATE OR DELETE ON "incident_link_decision" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "incident_link_decision_no_truncate" BEFORE TRUNCATE ON "incident_link_decision" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- The choices of the organisation: one row.
CREATE TABLE "dora_settings" (
  "id" integer PRIMARY KEY,
  "timezone" text NOT NULL DEFAULT 'UTC',
  "link_window_hours" double precision NOT NULL DEFAULT 24,
  "severities" integer[] NOT NULL DEFAULT ARRAY[1, 2, 3],
  "first_deployment_is_baseline" boolean NOT NULL DEFAULT true,
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "dora_settings_one_row" CHECK ("id" = 1)
);
INSERT INTO "dora_settings" ("id") VALUES (1);

-- Rollups: everything below follows from the rows above and can be made anew from them at any time.

-- One row per service that deploys or has commits.
CREATE TABLE "dora_service" (
  "service" text PRIMARY KEY,
  -- One bit per "source_commit"."number": 1 = a successful production deployment contained it.
  "delivered" bytea NOT NULL,
  -- Commits that a deployment named or led to and that nobody has told us of.
  "missing" text[] NOT NULL,
  -- The end of the newest deployment that "delivered" knows of.
  "delivered_until" timestamptz(3),
  "computed_at" timestamptz(3) NOT NULL DEFAULT now()
);
ALTER TABLE "dora_service" ALTER COLUMN "delivered" SET STORAGE EXTERNAL;

-- One row per production deployment after its targets were put together.
CREATE TABLE "dora_deployment" (
  "service" text NOT NULL,
  "id" text NOT NULL,
  "members" text[] NOT NULL,
  "own" boolean NOT NULL,
  "environment" text NOT NULL,
  "commit_sha" text,
  "version" text,
  "started_at" timestamptz(3) NOT NULL,
  "finished_at" timestamptz(3),
  "status" text NOT NULL,
  "max_exposure" double precision NOT NULL,
  "kind" text NOT NULL,
  "rollback_of" text,
  "remediates" text,
  "unplanned" boolean NOT NULL,
  "is_change" boolean NOT NULL,
  "failed_because" text[] NOT NULL,
  "incidents" text[] NOT NULL,
  "recovery_start" timestamptz(3),
  "recovery_end" timestamptz(3),
  CONSTRAINT "dora_deployment_pkey" PRIMARY KEY ("service", "id")
);
CREATE INDEX "dora_deployment_finished_at_idx" ON "dora_deployment" ("finished_at");
CREATE INDEX "dora_deployment_recovery_end_idx" ON "dora_deployment" ("recovery_end");

-- One row per commit of a service: the deployment that delivered it first, or none so far.
CREATE TABLE "dora_delivery" (
  "service" text NOT NULL,
  "sha" text NOT NULL,
  "authored_at" timestamptz(3) NOT NULL,
  "delivered_at" timestamptz(3),
  "deployment_id" text,
  CONSTRAINT "dora_delivery_pkey" PRIMARY KEY ("service", "sha")
);
CREATE INDEX "dora_delivery_delivered_at_idx" ON "dora_delivery" ("delivered_at");

-- One row per incident: why it is skipped, or what it is linked to.
CREATE TABLE "dora_incident" (
  "incident_id" text PRIMARY KEY,
  "skipped" text,
  "deployments" text[] NOT NULL,
  CONSTRAINT "dora_incident_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
