-- The schema that the databases of an environment have, as whoever migrates them reports it.
ALTER TABLE environment
  ADD COLUMN schema_version integer CHECK (schema_version >= 0),
  ADD COLUMN schema_reported_at timestamptz(3),
  ADD COLUMN schema_reported_by text;
