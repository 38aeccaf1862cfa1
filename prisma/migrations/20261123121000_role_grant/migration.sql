-- Roles that hold for one service or one environment, for a person or for a group of the identity provider.
CREATE TABLE role_grant (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES "user" (id) ON DELETE CASCADE ON UPDATE CASCADE,
  group_name text,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'administrator')),
  service_id uuid REFERENCES service (id) ON DELETE CASCADE ON UPDATE CASCADE,
  environment_id uuid REFERENCES environment (id) ON DELETE CASCADE ON UPDATE CASCADE,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((user_id IS NULL) <> (group_name IS NULL))
);
CREATE INDEX role_grant_user_id_idx ON role_grant (user_id);
CREATE INDEX role_grant_group_name_idx ON role_grant (group_name);
CREATE INDEX role_grant_service_id_idx ON role_grant (service_id);
CREATE INDEX role_grant_environment_id_idx ON role_grant (environment_id);

-- The groups that the identity provider named when the session began.
ALTER TABLE session ADD COLUMN groups text[] NOT NULL DEFAULT '{}';

ALTER TABLE api_token
  ADD COLUMN service_id uuid REFERENCES service (id) ON DELETE CASCADE ON UPDATE CASCADE,
  ADD COLUMN environment_id uuid REFERENCES environment (id) ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX api_token_service_id_idx ON api_token (service_id);
CREATE INDEX api_token_environment_id_idx ON api_token (environment_id);
