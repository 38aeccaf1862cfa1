-- What the rollups do not know yet. Rows are only ever added, so that no writer waits for another; whoever reads the
-- rollups applies them first.
CREATE TABLE "dora_pending" (
  "sequence" bigserial PRIMARY KEY,
  -- service or incident: what "key" names; all: everything is to be made anew.
  "kind" text NOT NULL,
  "key" text NOT NULL
);

-- Names by which one row finds another.
CREATE INDEX "imported_deployment_rollback_of_idx" ON "imported_deployment" ("rollback_of");
CREATE INDEX "imported_deployment_remediates_idx" ON "imported_deployment" ("remediates");
CREATE INDEX "dora_incident_deployments_idx" ON "dora_incident" USING gin ("deployments");

CREATE FUNCTION "dora_note_deployments"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) SELECT DISTINCT 'service', service FROM changed;
  RETURN NULL;
END $$;
CREATE TRIGGER "imported_deployment_inserted" AFTER INSERT ON "imported_deployment"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_deployments"();
CREATE TRIGGER "imported_deployment_updated" AFTER UPDATE ON "imported_deployment"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_deployments"();

CREATE FUNCTION "dora_note_incidents"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) SELECT 'incident', id FROM changed;
  RETURN NULL;
END $$;
CREATE TRIGGER "incident_inserted" AFTER INSERT ON "incident"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_incidents"();
CREATE TRIGGER "incident_updated" AFTER UPDATE ON "incident"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_incidents"();

CREATE FUNCTION "dora_note_decision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) VALUES ('incident', NEW.incident_id);
  RETURN NULL;
END $$;
CREATE TRIGGER "incident_link_decision_inserted" AFTER INSERT ON "incident_link_decision"
  FOR EACH ROW EXECUTE FUNCTION "dora_note_decision"();

CREATE FUNCTION "dora_note_release"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) SELECT 'service', slug FROM service WHERE id = NEW.service_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "release_begun" AFTER INSERT ON "release" FOR EACH ROW EXECUTE FUNCTION "dora_note_release"();
-- Only what a deployment is made of: most updates of a running release change nothing of it.
CREATE TRIGGER "release_moved" AFTER UPDATE ON "release" FOR EACH ROW
  WHEN (OLD.outcome IS DISTINCT FROM NEW.outcome OR OLD.state->'stageIndex' IS DISTINCT FROM NEW.state->'stageIndex')
  EXECUTE FUNCTION "dora_note_release"();

CREATE FUNCTION "dora_note_commits"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) SELECT 'all', '' FROM changed LIMIT 1;
  RETURN NULL;
END $$;
CREATE TRIGGER "source_commit_inserted" AFTER INSERT ON "source_commit"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_commits"();

-- Reading a repository again writes what is there already.
CREATE FUNCTION "dora_note_changed_commits"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) SELECT 'all', '' FROM (
    SELECT sha, parents, authored_at, services FROM after EXCEPT SELECT sha, parents, authored_at, services FROM before
  ) AS changed LIMIT 1;
  RETURN NULL;
END $$;
CREATE TRIGGER "source_commit_updated" AFTER UPDATE ON "source_commit"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION "dora_note_changed_commits"();

CREATE FUNCTION "dora_note_all"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dora_pending (kind, key) VALUES ('all', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "dora_settings_updated" AFTER UPDATE ON "dora_settings" FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION "dora_note_all"();
CREATE TRIGGER "environment_tier_updated" AFTER UPDATE ON "environment" FOR EACH ROW
  WHEN (OLD.tier IS DISTINCT FROM NEW.tier) EXECUTE FUNCTION "dora_note_all"();

-- What was there before this.
INSERT INTO "dora_pending" ("kind", "key") VALUES ('all', '');
