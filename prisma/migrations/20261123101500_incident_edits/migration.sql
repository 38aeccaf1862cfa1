-- What people or programs have set through the API: a source of messages does not change it any more.
ALTER TABLE "incident" ADD COLUMN "edited_fields" text[] NOT NULL DEFAULT '{}';
