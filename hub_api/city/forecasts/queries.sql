-- page --
-- The newest forecast of every datastream that has one, after a datastream. One whose instants no answer can say,
-- of an older hub, is none: it would hide all others.
SELECT datastream.datastream_id, thing.code, datastream.observed_property_code, datastream.unit,
       issue.issued_at, issue.origin, issue.horizon_hours, issue.model, issue.baseline, issue.mae,
       issue.baseline_mae, issue.skill, issue.backtest_origins, issue.coverage_50, issue.coverage_80,
       issue.coverage_95, issue.training_start, issue.training_hours, issue.fallback_reason,
       issue.candidates, source.kind = 'simulated', issue.forecast_id
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT issued_at, origin, horizon_hours, model, baseline, mae, baseline_mae, skill, backtest_origins,
           coverage_50, coverage_80, coverage_95, training_start, training_hours, fallback_reason,
           candidates, forecast_id
    FROM forecasts
    WHERE forecasts.datastream_id = datastream.datastream_id
      AND issued_at >= '0001-01-02T00:00:00Z' AND issued_at < '9999-12-30T00:00:00Z'
      AND origin >= '0001-01-02T00:00:00Z' AND origin < '9999-12-30T00:00:00Z'
      AND training_start >= '0001-01-02T00:00:00Z' AND training_start < '9999-12-30T00:00:00Z'
    ORDER BY issued_at DESC
    LIMIT 1
) AS issue
WHERE (%(after)s::bigint IS NULL OR datastream.datastream_id > %(after)s::bigint)
  AND (%(datastream)s::integer IS NULL OR datastream.datastream_id = %(datastream)s)
ORDER BY datastream.datastream_id
LIMIT %(rows)s

-- convention --
-- By which convention mass was made of the amount of a gas, before the newest forecast of a datastream was issued.
SELECT convention FROM datastream_units
WHERE datastream_id = %(datastream)s AND since <= %(issued_at)s
ORDER BY since DESC LIMIT 1

-- version --
-- What changes with anything that is said of forecasts and limits.
SELECT (SELECT coalesce(max(forecast_id), 0)::bigint FROM forecasts), (SELECT count(*) FROM datastreams),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM things),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM datastreams),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM sources),
       (SELECT count(*) FROM limit_tables),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM limit_tables)

-- values_of --
-- The hours of one forecast that an answer can say.
SELECT phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95
FROM forecast_values
WHERE forecast_id = %(forecast)s
  AND phenomenon_time >= '0001-01-02T00:00:00Z' AND phenomenon_time < '9999-12-30T00:00:00Z'
ORDER BY phenomenon_time
