-- What an interval may carry besides its counts. Both are null in the ordinary row and cost it nothing: the share
-- the router was set to over the whole interval, and amounts, gauges, routes, fingerprints and ages.
ALTER TABLE "sample" ADD COLUMN "assigned_basis_points" smallint;
ALTER TABLE "sample" ADD COLUMN "details" jsonb;
