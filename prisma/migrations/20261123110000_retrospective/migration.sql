-- Retrospectives: a draft that never changes once it is stored, and what people add to it.

CREATE TABLE "retrospective" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "release_id" uuid NOT NULL,
  -- As it was drafted from the record; a trigger keeps it so.
  "draft" jsonb NOT NULL,
  "blameless" boolean NOT NULL DEFAULT true,
  -- Hand-written parts in Markdown; null = what the draft says.
  "summary" text,
  "went_well" text,
  "lucky" text,
  -- Who has ticked what of the checklist, by key.
  "checked" jsonb NOT NULL DEFAULT '{}',
  "version" integer NOT NULL DEFAULT 1,
  "signed_off_at" timestamptz(3),
  "drafted_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "retrospective_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "retrospective_release_id_key" ON "retrospective" ("release_id");
CREATE INDEX "retrospective_created_at_id_idx" ON "retrospective" ("created_at" DESC, "id" DESC);

CREATE FUNCTION "refuse_redraft"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the draft of a retrospective never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "retrospective_draft_stays" BEFORE UPDATE OF "draft" ON "retrospective" FOR EACH ROW
  WHEN (OLD."draft" IS DISTINCT FROM NEW."draft") EXECUTE FUNCTION "refuse_redraft"();

CREATE TABLE "retrospective_note" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "retrospective_id" uuid NOT NULL,
  -- The place in the drafted timeline it stands behind; -1 = before the first item.
  "after_item" integer NOT NULL,
  "text" text NOT NULL,
  "author" text NOT NULL,
  "version" integer NOT NULL DEFAULT 1,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "retrospective_note_retrospective_id_fkey" FOREIGN KEY ("retrospective_id") REFERENCES "retrospective" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "retrospective_note_retrospective_id_idx" ON "retrospective_note" ("retrospective_id");

CREATE TABLE "retrospective_factor" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "retrospective_id" uuid NOT NULL,
  "text" text NOT NULL,
  "tags" text[] NOT NULL DEFAULT '{}',
  "author" text NOT NULL,
  "version" integer NOT NULL DEFAULT 1,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "retrospective_factor_retrospective_id_fkey" FOREIGN KEY ("retrospective_id") REFERENCES "retrospective" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "retrospective_factor_retrospective_id_idx" ON "retrospective_factor" ("retrospective_id");

CREATE TABLE "action_item" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "retrospective_id" uuid NOT NULL,
  "text" text NOT NULL,
  "type" text NOT NULL,
  "owner" text,
  "due_on" date,
  "ticket" text,
  "done_at" timestamptz(3),
  "author" text NOT NULL,
  "version" integer NOT NULL DEFAULT 1,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "action_item_type_known" CHECK ("type" IN ('prevent', 'detect', 'mitigate', 'process')),
  CONSTRAINT "action_item_ticket_safe" CHECK ("ticket" ~ '^https?://'),
  CONSTRAINT "action_item_retrospective_id_fkey" FOREIGN KEY ("retrospective_id") REFERENCES "retrospective" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "action_item_retrospective_id_idx" ON "action_item" ("retrospective_id");
CREATE INDEX "action_item_due_on_idx" ON "action_item" ("due_on") WHERE "done_at" IS NULL;

CREATE TABLE "retrospective_sign_off" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "retrospective_id" uuid NOT NULL,
  "actor_id" text NOT NULL,
  "name" text NOT NULL,
  "role" text NOT NULL,
  -- The version that was signed; a later change shows.
  "version" integer NOT NULL,
  "at" timestamptz(3) NOT NULL,
  CONSTRAINT "retrospective_sign_off_retrospective_id_fkey" FOREIGN KEY ("retrospective_id") REFERENCES "retrospective" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "retrospective_sign_off_retrospective_id_actor_id_key" ON "retrospective_sign_off" ("retrospective_id", "actor_id");

CREATE TABLE "retrospective_comment" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "retrospective_id" uuid NOT NULL,
  "text" text NOT NULL,
  "author" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "retrospective_comment_retrospective_id_fkey" FOREIGN KEY ("retrospective_id") REFERENCES "retrospective" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "retrospective_comment_retrospective_id_created_at_idx" ON "retrospective_comment" ("retrospective_id", "created_at");

-- People say which releases were stopped although nothing was wrong.
CREATE TABLE "false_alarm" (
  "release_id" uuid PRIMARY KEY,
  "reason" text NOT NULL,
  "marked_by" text NOT NULL,
  "marked_at" timestamptz(3) NOT NULL,
  CONSTRAINT "false_alarm_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
