-- version --
-- What changes with anything that a list says: a batch, a forecast, any row of the registry.
SELECT (SELECT coalesce(sum(batches), 0)::bigint FROM ingest_totals),
       (SELECT coalesce(max(forecast_id), 0)::bigint FROM forecasts),
       (SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes)
