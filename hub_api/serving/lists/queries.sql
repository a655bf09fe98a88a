-- version --
-- What changes with anything that a list says: a batch, a forecast, any row of the registry.
SELECT (SELECT coalesce(sum(batches), 0)::bigint FROM ingest_totals),
       (SELECT coalesce(max(forecast_id), 0)::bigint FROM forecasts),
       (SELECT count(*) FROM things),
       (SELECT count(*) FROM datastreams),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM things),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM datastreams),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM sources)
