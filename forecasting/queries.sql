-- due_datastreams --
-- Whose forecast is to be issued now: never forecast first (recordings before the rest), then the oldest.
-- A datastream is due when it has a complete hour that its last forecast has not seen, and when
--   the interval is over, or more hours have come in than have passed (a replay, a backfill); and
--   it has caught up with the clock, or nothing more comes in and all of it is rolled up.
-- The last two conditions are rules.is_enough in SQL: what is listed here can be forecast, unless it failed
-- and is not to be tried again yet. What lies before the first year of forecasts is no recording.
WITH forecastable AS MATERIALIZED (
    SELECT datastreams.datastream_id, sources.kind = 'recorded' AS is_recorded,
           newest.bucket_start + INTERVAL '1 hour' AS origin,
           last.origin AS last_origin, last.issued_at
    FROM datastreams
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    JOIN things ON things.thing_id = datastreams.thing_id
    JOIN sources ON sources.source_id = things.source_id
    CROSS JOIN LATERAL (
        SELECT hourly.bucket_start
        FROM observations_hourly AS hourly
        WHERE hourly.datastream_id = datastreams.datastream_id
          AND hourly.mean IS NOT NULL AND hourly.bucket_start <= %(last_hour)s
          AND hourly.bucket_start >= %(earliest)s
        ORDER BY hourly.bucket_start DESC LIMIT 1
    ) AS newest
    LEFT JOIN LATERAL (
        SELECT forecasts.origin, forecasts.issued_at
        FROM forecasts
        WHERE forecasts.datastream_id = datastreams.datastream_id
        ORDER BY forecasts.issued_at DESC LIMIT 1
    ) AS last ON true
    WHERE properties.is_forecast AND NOT properties.is_circular
      AND datastreams.result_type = 'measurement'
)
SELECT forecastable.datastream_id, forecastable.is_recorded
FROM forecastable
LEFT JOIN latest ON latest.datastream_id = forecastable.datastream_id
LEFT JOIN ingest_batches ON ingest_batches.batch_id = latest.batch_id
WHERE NOT EXISTS (
          SELECT FROM failures
          WHERE job = %(job)s AND subject = forecastable.datastream_id::text AND due_at > %(now)s)
  AND (forecastable.last_origin IS NULL OR (
           forecastable.origin > forecastable.last_origin
           AND (forecastable.issued_at <= %(now)s - %(interval)s
                OR forecastable.origin - forecastable.last_origin
                   > %(now)s - forecastable.issued_at + INTERVAL '1 hour')))
  AND (forecastable.origin >= %(last_hour)s
       OR (COALESCE(ingest_batches.committed_at <= %(now)s - %(settle)s, true)
           AND NOT EXISTS (
               SELECT FROM dirty_buckets
               WHERE forecastable.datastream_id = ANY (dirty_buckets.datastream_ids))))
  AND (SELECT count(*) FROM observations_hourly AS hourly
       WHERE hourly.datastream_id = forecastable.datastream_id AND hourly.mean IS NOT NULL
         AND hourly.bucket_start >= forecastable.origin - %(horizon)s
         AND hourly.bucket_start < forecastable.origin) >= %(scored_hours_min)s
  AND (SELECT count(*) FROM observations_hourly AS hourly
       WHERE hourly.datastream_id = forecastable.datastream_id AND hourly.mean IS NOT NULL
         AND hourly.bucket_start >= forecastable.origin - %(training)s
         AND hourly.bucket_start < forecastable.origin - %(horizon)s) >= %(naive_hours_min)s
ORDER BY forecastable.issued_at NULLS FIRST, forecastable.is_recorded DESC, forecastable.datastream_id

-- series_traits --
-- The zone of a datastream's values, their unit, and the physical bounds in the unit of the property.
SELECT sources.zone, datastreams.unit, properties.unit, properties.lower_bound, properties.upper_bound
FROM datastreams
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
JOIN things ON things.thing_id = datastreams.thing_id
JOIN sources ON sources.source_id = things.source_id
WHERE datastreams.datastream_id = %(datastream_id)s

-- hourly_means --
-- The hourly means of a datastream in the weeks before the end of its last complete hour.
SELECT hourly.bucket_start, hourly.mean
FROM observations_hourly AS hourly
WHERE hourly.datastream_id = %(datastream_id)s AND hourly.mean IS NOT NULL
  AND hourly.bucket_start <= %(last_hour)s AND hourly.bucket_start >= %(earliest)s
  AND hourly.bucket_start >= (
      SELECT newest.bucket_start + INTERVAL '1 hour' - %(training)s
      FROM observations_hourly AS newest
      WHERE newest.datastream_id = %(datastream_id)s AND newest.mean IS NOT NULL
        AND newest.bucket_start <= %(last_hour)s AND newest.bucket_start >= %(earliest)s
      ORDER BY newest.bucket_start DESC LIMIT 1)
ORDER BY hourly.bucket_start

-- lock_datastream --
-- One forecast of a datastream at a time, until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_forecast'), %(datastream_id)s)

-- last_origin --
-- Where the newest forecast of a datastream starts.
SELECT origin FROM forecasts WHERE datastream_id = %(datastream_id)s ORDER BY issued_at DESC LIMIT 1

-- store_forecast --
-- A forecast without its values; gives its id.
INSERT INTO forecasts
    (datastream_id, issued_at, origin, horizon_hours, model, baseline, mae, baseline_mae, skill,
     backtest_origins, coverage_50, coverage_80, coverage_95, training_start, training_hours,
     data_digest, fallback_reason, candidates)
VALUES
    (%(datastream_id)s, %(issued_at)s, %(origin)s, %(horizon_hours)s, %(model)s, %(baseline)s,
     %(mae)s, %(baseline_mae)s, %(skill)s, %(backtest_origins)s, %(coverage_50)s, %(coverage_80)s,
     %(coverage_95)s, %(training_start)s, %(training_hours)s, %(data_digest)s, %(fallback_reason)s,
     %(candidates)s)
RETURNING forecast_id

-- store_values --
-- The values of a forecast, from arrays of one length.
INSERT INTO forecast_values
    (forecast_id, phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95)
SELECT %(forecast_id)s, hours.*
FROM unnest(%(times)s::timestamptz[], %(median)s::float8[], %(lower_50)s::float8[], %(upper_50)s::float8[],
            %(lower_80)s::float8[], %(upper_80)s::float8[], %(lower_95)s::float8[], %(upper_95)s::float8[])
     AS hours (phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95)

-- delete_old_forecasts --
-- Keep the newest issues of a datastream only; their values go with them.
DELETE FROM forecasts
WHERE datastream_id = %(datastream_id)s AND forecast_id NOT IN (
    SELECT kept.forecast_id FROM forecasts AS kept
    WHERE kept.datastream_id = %(datastream_id)s
    ORDER BY kept.issued_at DESC LIMIT %(issues_max)s)
