-- page --
-- The newest forecast of every datastream that has one, after a datastream; or the newest that was issued by an
-- instant; or one issue by its number. One whose instants no answer can say, of an older hub, is none: it would hide
-- all others.
SELECT datastream.datastream_id, thing.code, datastream.observed_property_code, datastream.unit,
       issue.issued_at, issue.origin, issue.horizon_hours, issue.model, issue.baseline, issue.mae,
       issue.baseline_mae, issue.skill, issue.backtest_origins, issue.coverage_50, issue.coverage_80,
       issue.coverage_95, issue.training_start, issue.training_hours, issue.fallback_reason,
       issue.candidates, source.kind = 'simulated', issue.is_provisional, issue.choice, issue.levels, issue.forecast_id
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT issued_at, origin, horizon_hours, model, baseline, mae, baseline_mae, skill, backtest_origins,
           coverage_50, coverage_80, coverage_95, training_start, training_hours, fallback_reason,
           candidates, is_provisional, choice, levels, forecast_id
    FROM forecasts
    WHERE forecasts.datastream_id = datastream.datastream_id
      AND issued_at >= '0001-01-02T00:00:00Z' AND issued_at < '9999-12-30T00:00:00Z'
      AND origin >= '0001-01-02T00:00:00Z' AND origin < '9999-12-30T00:00:00Z'
      AND training_start >= '0001-01-02T00:00:00Z' AND training_start < '9999-12-30T00:00:00Z'
      AND (%(issued_by)s::timestamptz IS NULL OR issued_at <= %(issued_by)s)
      AND (%(issue)s::bigint IS NULL OR forecast_id = %(issue)s)
    ORDER BY issued_at DESC
    LIMIT 1
) AS issue
WHERE (%(after)s::bigint IS NULL OR datastream.datastream_id > %(after)s::bigint)
  AND (%(datastream)s::integer IS NULL OR datastream.datastream_id = %(datastream)s)
ORDER BY datastream.datastream_id
LIMIT %(rows)s

-- datastream_of --
-- Of which datastream an issue is.
SELECT datastream_id FROM forecasts WHERE forecast_id = %(issue)s

-- skill --
-- What the newest forecast of each datastream promises block by block, and what came true of those before it.
SELECT datastream.datastream_id * 1000::bigint + promised.first_hour, datastream.datastream_id, thing.code,
       datastream.observed_property_code, datastream.unit, issue.issued_at, issue.model, issue.baseline,
       promised.first_hour, promised.last_hour, promised.scored_hours, promised.mae, promised.mase, promised.skill,
       promised.pinball, promised.crps, promised.winkler, promised.coverage,
       happened.days, happened.since, happened.hours, happened.error_sum, happened.baseline_hours,
       happened.compared_sum, happened.baseline_sum, happened.inside_50, happened.inside_80, happened.inside_95,
       source.kind = 'simulated'
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT issued_at, model, baseline, blocks FROM forecasts
    WHERE forecasts.datastream_id = datastream.datastream_id
      AND issued_at >= '0001-01-02T00:00:00Z' AND issued_at < '9999-12-30T00:00:00Z'
    ORDER BY issued_at DESC LIMIT 1
) AS issue
CROSS JOIN LATERAL jsonb_to_recordset(issue.blocks) AS promised (
    first_hour integer, last_hour integer, scored_hours integer, mae float8, mase float8, skill float8, pinball float8,
    crps float8, winkler jsonb, coverage jsonb)
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS days, min(day) AS since, coalesce(sum(hours), 0)::integer AS hours,
           coalesce(sum(error_sum), 0) AS error_sum, coalesce(sum(baseline_hours), 0)::integer AS baseline_hours,
           coalesce(sum(compared_sum), 0) AS compared_sum, coalesce(sum(baseline_sum), 0) AS baseline_sum,
           coalesce(sum(inside_50), 0)::integer AS inside_50, coalesce(sum(inside_80), 0)::integer AS inside_80,
           coalesce(sum(inside_95), 0)::integer AS inside_95
    FROM forecast_outcomes AS outcome
    WHERE outcome.datastream_id = datastream.datastream_id AND outcome.first_hour = promised.first_hour
      AND (%(since)s::date IS NULL OR outcome.day >= %(since)s)
) AS happened
WHERE (%(after)s::bigint IS NULL OR datastream.datastream_id * 1000::bigint + promised.first_hour > %(after)s::bigint)
  AND (%(datastream)s::integer IS NULL OR datastream.datastream_id = %(datastream)s)
ORDER BY 1
LIMIT %(rows)s

-- skill_version --
SELECT (SELECT coalesce(max(forecast_id), 0)::bigint FROM forecasts),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM forecast_outcomes),
       (SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes)

-- of_place --
-- The newest forecasts of one property at a place, with the days on which their errors were high together.
SELECT datastream.datastream_id, datastream.unit, property.unit, source.kind = 'simulated', issue.forecast_id,
       issue.issued_at, issue.origin, study.study -> 'dependence'
FROM datastreams AS datastream
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT forecast_id, issued_at, origin FROM forecasts
    WHERE forecasts.datastream_id = datastream.datastream_id
      AND issued_at >= '0001-01-02T00:00:00Z' AND issued_at < '9999-12-30T00:00:00Z'
      AND origin >= '0001-01-02T00:00:00Z' AND origin < '9999-12-30T00:00:00Z'
    ORDER BY issued_at DESC LIMIT 1
) AS issue
LEFT JOIN forecast_studies AS study ON study.datastream_id = datastream.datastream_id
WHERE thing.place_code = %(place)s AND datastream.observed_property_code = %(observed_property)s
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
ORDER BY datastream.datastream_id
LIMIT %(rows)s

-- values_of_all --
SELECT forecast_id, phenomenon_time, lower_95, lower_80, lower_50, median, upper_50, upper_80, upper_95
FROM forecast_values
WHERE forecast_id = ANY (%(forecasts)s)
  AND phenomenon_time >= '0001-01-02T00:00:00Z' AND phenomenon_time < '9999-12-30T00:00:00Z'
ORDER BY forecast_id, phenomenon_time

-- convention --
-- By which convention mass was made of the amount of a gas, before the newest forecast of a datastream was issued.
SELECT convention FROM datastream_units
WHERE datastream_id = %(datastream)s AND since <= %(issued_at)s
ORDER BY since DESC LIMIT 1

-- version --
-- What changes with anything that is said of forecasts and limits.
SELECT (SELECT coalesce(max(forecast_id), 0)::bigint FROM forecasts),
       (SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes),
       (SELECT count(*) FROM limit_tables),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM limit_tables)

-- values_of --
-- The hours of one forecast that an answer can say.
SELECT phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95
FROM forecast_values
WHERE forecast_id = %(forecast)s
  AND phenomenon_time >= '0001-01-02T00:00:00Z' AND phenomenon_time < '9999-12-30T00:00:00Z'
ORDER BY phenomenon_time
