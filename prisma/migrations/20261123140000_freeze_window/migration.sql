-- Times in which exposure may not rise, each as the document it was declared with.
CREATE TABLE freeze_window (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX freeze_window_slug_key ON freeze_window (slug);

-- The person behind a token, so that nobody approves with it what they started, or the other way round.
ALTER TABLE api_token ADD COLUMN creator_id text;
