-- A source is declared first and gets its secret then; without one it takes no message.
ALTER TABLE "incident_source" ALTER COLUMN "secret" DROP NOT NULL;
