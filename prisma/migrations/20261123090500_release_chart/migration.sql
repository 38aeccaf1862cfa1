-- Measurements of releases that are kept for good, also when the days of `sample` are dropped.

-- One row per release once it is over: what its page says of its measurements.
CREATE TABLE "release_chart" (
  "release_id" uuid PRIMARY KEY,
  "facts" jsonb NOT NULL,
  "frozen_at" timestamptz(3) NOT NULL,
  CONSTRAINT "release_chart_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The rows of `sample` of one release and hour (hours since the epoch), as lib/data/chart/codec.ts writes them.
CREATE TABLE "release_chart_piece" (
  "release_id" uuid NOT NULL,
  "hour" integer NOT NULL,
  "sample_count" integer NOT NULL,
  "data" bytea NOT NULL,
  CONSTRAINT "release_chart_piece_pkey" PRIMARY KEY ("release_id", "hour"),
  CONSTRAINT "release_chart_piece_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- The bytes are compressed already.
ALTER TABLE "release_chart_piece" ALTER COLUMN "data" SET STORAGE EXTERNAL;

CREATE INDEX "release_finished_at_idx" ON "release" ("finished_at");
