-- Who

CREATE TABLE "user" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "email" text NOT NULL,
  "name" text NOT NULL,
  "password_hash" text,
  "role" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "disabled_at" timestamptz(3)
);
CREATE UNIQUE INDEX "user_email_key" ON "user" ("email");

CREATE TABLE "session" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "token_hash" text NOT NULL,
  "user_id" uuid NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "last_seen_at" timestamptz(3) NOT NULL DEFAULT now(),
  "expires_at" timestamptz(3) NOT NULL,
  "ended_at" timestamptz(3),
  "user_agent" text,
  CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "session_token_hash_key" ON "session" ("token_hash");
CREATE INDEX "session_user_id_idx" ON "session" ("user_id");

CREATE TABLE "setup_link" (
  "token_hash" text PRIMARY KEY,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "expires_at" timestamptz(3) NOT NULL,
  "used_at" timestamptz(3)
);

CREATE TABLE "api_token" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "name" text NOT NULL,
  "hash" text NOT NULL,
  "scopes" text[] NOT NULL,
  "created_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "expires_at" timestamptz(3),
  "last_used_at" timestamptz(3),
  "revoked_at" timestamptz(3)
);
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token" ("hash");

-- What and where

CREATE TABLE "environment" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "slug" text NOT NULL,
  "name" text NOT NULL,
  "tier" text NOT NULL,
  "rank" integer NOT NULL,
  "undo_seconds" integer NOT NULL DEFAULT 0,
  "protection" jsonb NOT NULL DEFAULT '{}',
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "environment_slug_key" ON "environment" ("slug");

CREATE TABLE "cluster" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "slug" text NOT NULL,
  "name" text NOT NULL,
  "environment_id" uuid NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "cluster_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "cluster_slug_key" ON "cluster" ("slug");
CREATE INDEX "cluster_environment_id_idx" ON "cluster" ("environment_id");

CREATE TABLE "enrolment" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "cluster_id" uuid NOT NULL,
  "token_hash" text NOT NULL,
  "created_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "expires_at" timestamptz(3) NOT NULL,
  "used_at" timestamptz(3),
  CONSTRAINT "enrolment_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "enrolment_token_hash_key" ON "enrolment" ("token_hash");
CREATE INDEX "enrolment_cluster_id_idx" ON "enrolment" ("cluster_id");

-- `epoch` grows with every authenticated session; a message with a lower one is refused.
CREATE TABLE "agent" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "cluster_id" uuid NOT NULL,
  "instance_id" uuid NOT NULL,
  "public_key" text NOT NULL,
  "epoch" bigint NOT NULL DEFAULT 0,
  "boot_id" uuid,
  "version" text,
  "capabilities" text[] NOT NULL DEFAULT '{}',
  "enrolled_at" timestamptz(3) NOT NULL DEFAULT now(),
  "revoked_at" timestamptz(3),
  CONSTRAINT "agent_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- A cluster is served by one agent identity; enrolling another one revokes the former.
CREATE UNIQUE INDEX "agent_active_key" ON "agent" ("cluster_id") WHERE "revoked_at" IS NULL;
CREATE INDEX "agent_cluster_id_idx" ON "agent" ("cluster_id");

-- Who holds whom, and since when; `last_seen_at` is renewed by heartbeats in one statement for all agents of a replica.
CREATE TABLE "agent_session" (
  "agent_id" uuid PRIMARY KEY,
  "epoch" bigint NOT NULL,
  "replica" uuid NOT NULL,
  "connected_at" timestamptz(3) NOT NULL DEFAULT now(),
  "last_seen_at" timestamptz(3) NOT NULL DEFAULT now(),
  "disconnected_at" timestamptz(3),
  "clock_skew_ms" integer,
  "address" text,
  CONSTRAINT "agent_session_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- A question to an agent that a request waits for; whoever holds the agent's socket asks it and stores the answer.
CREATE TABLE "agent_request" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "agent_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "payload" jsonb NOT NULL,
  "answer" jsonb,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "answered_at" timestamptz(3),
  CONSTRAINT "agent_request_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "agent_request_agent_id_idx" ON "agent_request" ("agent_id");

CREATE TABLE "service" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "slug" text NOT NULL,
  "name" text NOT NULL,
  "owners" text[] NOT NULL DEFAULT '{}',
  "repository" text,
  "tier" text,
  "metrics" jsonb NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "service_slug_key" ON "service" ("slug");

CREATE TABLE "artifact_version" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "service_id" uuid NOT NULL,
  "name" text NOT NULL,
  "digest" text NOT NULL,
  "commit" text,
  "config_version" text,
  "built_at" timestamptz(3),
  "schema_oldest" integer,
  "schema_newest" integer,
  "registered_by" text NOT NULL,
  "registered_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "artifact_version_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "artifact_version_service_id_name_key" ON "artifact_version" ("service_id", "name");

CREATE TABLE "target" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "service_id" uuid NOT NULL,
  "cluster_id" uuid NOT NULL,
  "router" jsonb NOT NULL,
  "source" jsonb NOT NULL,
  "workload" jsonb NOT NULL,
  -- What the agent said of these documents; null when none was connected to ask.
  "checked" jsonb,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "target_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "target_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "target_service_id_cluster_id_key" ON "target" ("service_id", "cluster_id");
CREATE INDEX "target_cluster_id_idx" ON "target" ("cluster_id");

-- Wanted and seen are different facts, so they have different columns and different writers.
CREATE TABLE "target_state" (
  "target_id" uuid PRIMARY KEY,
  "generation" bigint NOT NULL DEFAULT 0,
  "desired" jsonb,
  "baseline_version_id" uuid,
  "applied_generation" bigint NOT NULL DEFAULT 0,
  "applied_at" timestamptz(3),
  "set_basis_points" integer,
  "seen_basis_points" integer,
  "seen_requests" bigint,
  "confirmed" text NOT NULL DEFAULT 'unknown',
  "seen_at" timestamptz(3),
  "router_identity" text,
  "problem" text,
  "source_problem" text,
  "workloads" jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT "target_state_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "target_state_baseline_version_id_fkey" FOREIGN KEY ("baseline_version_id") REFERENCES "artifact_version" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- Recipes and runs

CREATE TABLE "plan" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "slug" text NOT NULL,
  "service_id" uuid,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "plan_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "plan_slug_key" ON "plan" ("slug");

CREATE TABLE "plan_revision" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "plan_id" uuid NOT NULL,
  "revision" integer NOT NULL,
  "digest" text NOT NULL,
  "document" jsonb NOT NULL,
  "source" text NOT NULL,
  "created_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "plan_revision_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "plan_revision_plan_id_revision_key" ON "plan_revision" ("plan_id", "revision");

-- `state` is the domain's own state document; the columns beside it exist for the WHERE clauses.
CREATE TABLE "release" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "service_id" uuid NOT NULL,
  "environment_id" uuid NOT NULL,
  "version_id" uuid NOT NULL,
  "baseline_version_id" uuid,
  "plan_revision_id" uuid NOT NULL,
  "retry_of" uuid,
  "reason" text,
  "started_by" jsonb NOT NULL,
  "phase" text NOT NULL,
  "outcome" text,
  "state" jsonb NOT NULL,
  "state_version" integer NOT NULL DEFAULT 1,
  "due_at" timestamptz(3),
  "lease_until" timestamptz(3),
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "finished_at" timestamptz(3),
  CONSTRAINT "release_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "release_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "release_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "artifact_version" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "release_baseline_version_id_fkey" FOREIGN KEY ("baseline_version_id") REFERENCES "artifact_version" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "release_plan_revision_id_fkey" FOREIGN KEY ("plan_revision_id") REFERENCES "plan_revision" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
-- The rule "one active release per service and environment" stands here and nowhere else.
CREATE UNIQUE INDEX "release_active_key" ON "release" ("service_id", "environment_id") WHERE "outcome" IS NULL;
CREATE INDEX "release_created_at_idx" ON "release" ("created_at" DESC, "id" DESC);
CREATE INDEX "release_service_id_created_at_idx" ON "release" ("service_id", "created_at" DESC);
CREATE INDEX "release_due_at_idx" ON "release" ("due_at") WHERE "outcome" IS NULL;

CREATE TABLE "release_target" (
  "release_id" uuid NOT NULL,
  "target_id" uuid NOT NULL,
  CONSTRAINT "release_target_pkey" PRIMARY KEY ("release_id", "target_id"),
  CONSTRAINT "release_target_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "release_target_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "release_target_target_id_idx" ON "release_target" ("target_id");

CREATE TABLE "release_event" (
  "release_id" uuid NOT NULL,
  "sequence" integer NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "type" text NOT NULL,
  "actor_kind" text NOT NULL,
  "actor_name" text NOT NULL,
  "data" jsonb NOT NULL,
  "hash" text NOT NULL,
  "previous_hash" text NOT NULL,
  CONSTRAINT "release_event_pkey" PRIMARY KEY ("release_id", "sequence"),
  CONSTRAINT "release_event_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Where the judgement of a running release stands, so that a restart goes on exactly.
CREATE TABLE "release_analysis" (
  "release_id" uuid PRIMARY KEY,
  "analysis" jsonb NOT NULL,
  "verdict" jsonb NOT NULL,
  -- The newest judged interval of each target, milliseconds since the epoch.
  "judged_until" jsonb NOT NULL DEFAULT '{}',
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "release_analysis_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- One row per target: the newest wish replaces an older one that was never delivered.
CREATE TABLE "outbox" (
  "target_id" uuid PRIMARY KEY,
  "generation" bigint NOT NULL,
  "desired" jsonb NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "sent_at" timestamptz(3),
  "attempts" integer NOT NULL DEFAULT 0,
  "due_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "outbox_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "outbox_due_at_idx" ON "outbox" ("due_at");

-- Measurements

CREATE TABLE "sample_layout" (
  "id" serial PRIMARY KEY,
  "digest" text NOT NULL,
  "edges" double precision[] NOT NULL,
  "names" text[] NOT NULL,
  "queries" jsonb NOT NULL
);
CREATE UNIQUE INDEX "sample_layout_digest_key" ON "sample_layout" ("digest");

-- One row per target, track and interval; `latency` in the order of the layout's edges plus one open bucket,
-- `counts` in the order of its names. Day partitions are made ahead of time and dropped when they are old.
CREATE TABLE "sample" (
  "target_id" uuid NOT NULL,
  "track" smallint NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "seconds" real NOT NULL,
  "layout_id" integer NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "latency" integer[] NOT NULL,
  "counts" integer[] NOT NULL,
  CONSTRAINT "sample_pkey" PRIMARY KEY ("target_id", "track", "at")
) PARTITION BY RANGE ("at");

-- Record

CREATE TABLE "ledger" (
  "sequence" bigint PRIMARY KEY,
  "at" timestamptz(3) NOT NULL,
  "actor_kind" text NOT NULL,
  "actor_name" text NOT NULL,
  "action" text NOT NULL,
  "subject" text NOT NULL,
  "reason" text,
  "request_id" text,
  "data" jsonb NOT NULL,
  "hash" text NOT NULL,
  "previous_hash" text NOT NULL
);
CREATE INDEX "ledger_subject_idx" ON "ledger" ("subject", "sequence");

-- The head row is locked last in every transaction, so that the chain has one order.
CREATE TABLE "ledger_head" (
  "id" integer PRIMARY KEY,
  "sequence" bigint NOT NULL,
  "hash" text NOT NULL,
  CONSTRAINT "ledger_head_single" CHECK ("id" = 1)
);
INSERT INTO "ledger_head" ("id", "sequence", "hash") VALUES (1, 0, repeat('0', 64));

CREATE TABLE "idempotency" (
  "actor" text NOT NULL,
  "key" text NOT NULL,
  "request_hash" text NOT NULL,
  "status" integer,
  "body" jsonb,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "idempotency_pkey" PRIMARY KEY ("actor", "key")
);
CREATE INDEX "idempotency_created_at_idx" ON "idempotency" ("created_at");

-- `term` is raised when history may have been rewound (fail-over, restored backup); `lease_tick` grows while the
-- database really answers, and agents renew their lease only when it grew.
CREATE TABLE "plane" (
  "id" integer PRIMARY KEY,
  "term" bigint NOT NULL,
  "lease_tick" bigint NOT NULL,
  CONSTRAINT "plane_single" CHECK ("id" = 1)
);
INSERT INTO "plane" ("id", "term", "lease_tick") VALUES (1, 1, 0);

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "release_event_append_only" BEFORE UPDATE OR DELETE ON "release_event" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_append_only" BEFORE UPDATE OR DELETE ON "ledger" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "release_event_no_truncate" BEFORE TRUNCATE ON "release_event" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_no_truncate" BEFORE TRUNCATE ON "ledger" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
