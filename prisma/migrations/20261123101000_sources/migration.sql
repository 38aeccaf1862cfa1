-- Where history and incidents come from: repositories that are read regularly, and signed messages of other tools.

ALTER TABLE "source_repository"
  DROP COLUMN "branch",
  DROP COLUMN "head",
  ADD COLUMN "slug" text NOT NULL,
  -- Names or prefixes with a star; empty = the branch that the source calls its default.
  ADD COLUMN "branches" text[] NOT NULL DEFAULT '{}',
  -- An access token, sealed; NULL = none is needed.
  ADD COLUMN "token" text,
  ADD COLUMN "token_given_at" timestamptz(3),
  -- The heads of the last complete reading: [{"branch": "main", "sha": "..."}]; what they reach is not read again.
  ADD COLUMN "heads" jsonb NOT NULL DEFAULT '[]',
  -- The source holds only the newer part of its history.
  ADD COLUMN "shallow" boolean NOT NULL DEFAULT false,
  -- Somebody reads it until then.
  ADD COLUMN "reading_until" timestamptz(3),
  ADD COLUMN "due_at" timestamptz(3) NOT NULL DEFAULT now();
DROP INDEX "source_repository_location_key";
CREATE UNIQUE INDEX "source_repository_slug_key" ON "source_repository" ("slug");
CREATE INDEX "source_repository_due_at_idx" ON "source_repository" ("due_at");

CREATE TABLE "incident_source" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "slug" text NOT NULL,
  "name" text NOT NULL,
  -- pagerduty, grafana, alertmanager or standard.
  "kind" text NOT NULL,
  -- What its messages are signed with, sealed.
  "secret" text NOT NULL,
  -- How its words for severities and services become ours.
  "mapping" jsonb NOT NULL DEFAULT '{}',
  "received_at" timestamptz(3),
  -- Of the last message that was genuine; NULL = it was understood.
  "problem" text,
  "refused" bigint NOT NULL DEFAULT 0,
  "refused_at" timestamptz(3),
  -- Refusals go into the ledger at most once a minute.
  "refusal_noted_at" timestamptz(3),
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "incident_source_slug_key" ON "incident_source" ("slug");

-- Every genuine message, once. The payload goes after some time; that it came stays, so that it cannot come again.
CREATE TABLE "incident_delivery" (
  "source_id" uuid NOT NULL,
  "delivery" text NOT NULL,
  "received_at" timestamptz(3) NOT NULL,
  -- stored, ignored or refused.
  "outcome" text NOT NULL,
  "detail" text,
  "incidents" text[] NOT NULL DEFAULT '{}',
  "payload" text,
  CONSTRAINT "incident_delivery_pkey" PRIMARY KEY ("source_id", "delivery"),
  CONSTRAINT "incident_delivery_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "incident_source" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "incident_delivery_received_at_idx" ON "incident_delivery" ("received_at");

ALTER TABLE "incident"
  -- When its source said what is stored here; what it said earlier changes nothing any more.
  ADD COLUMN "said_at" timestamptz(3);
