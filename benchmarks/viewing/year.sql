-- slow_down --
-- Some things send every 20 seconds; nobody sends here, and they would be silent before the benchmark is over.
UPDATE datastreams SET interval_seconds = 3600 WHERE interval_seconds < 3600

-- hours --
-- The last ``recent_days`` of everything, and the whole year of ``observed_property``, which pages open on.
INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
    standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count, first_result, last_result, total)
SELECT datastream_id, at, 12, 12, m, m - 3, m + 3, 2, m - 2.5, m, m + 2.5, 12, 0, 0, 0, m, m, 12 * m
FROM datastreams
CROSS JOIN generate_series(
    date_trunc('hour', %(now)s) - make_interval(
        days => CASE WHEN observed_property_code = %(observed_property)s THEN 366 ELSE %(recent_days)s END),
    date_trunc('hour', %(now)s) - interval '1 hour', interval '1 hour') AS at
CROSS JOIN LATERAL (SELECT 30 + 8 * sin(extract(epoch FROM at) / 43200 * pi()) + 5 * sin(extract(epoch FROM at) / 86400 / 58 * pi())
    + datastream_id %% 7 AS m) AS middle
WHERE result_type = 'measurement'

-- days --
INSERT INTO observations_daily (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
    standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count, valid_hour_count,
    first_result, last_result, total)
SELECT datastream_id, at, 288, 288, m, m - 11, m + 11, 6, m - 10, m, m + 10, 288, 0, 0, 0, 24, m, m, 288 * m
FROM datastreams
CROSS JOIN generate_series(
    date_trunc('day', %(now)s AT TIME ZONE 'Asia/Muscat') - interval '366 days',
    date_trunc('day', %(now)s AT TIME ZONE 'Asia/Muscat') - interval '1 day', interval '1 day') AS day
CROSS JOIN LATERAL (SELECT day AT TIME ZONE 'Asia/Muscat' AS at) AS instant
CROSS JOIN LATERAL (SELECT 30 + 5 * sin(extract(epoch FROM at) / 86400 / 58 * pi()) + datastream_id %% 7 AS m) AS middle
WHERE result_type = 'measurement'

-- months --
INSERT INTO observations_monthly (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
    standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count, valid_day_count,
    first_result, last_result, total)
SELECT datastream_id, month AT TIME ZONE 'Asia/Muscat', sum(observation_count), sum(expected_count), avg(mean), min(minimum),
    max(maximum), 6, min(p05), avg(p50), max(p95), sum(good_count), 0, 0, 0, count(*), avg(mean), avg(mean), sum(total)
FROM observations_daily
CROSS JOIN LATERAL (SELECT date_trunc('month', bucket_start AT TIME ZONE 'Asia/Muscat') AS month) AS months
GROUP BY datastream_id, month

-- newest --
-- One thing in forty was last heard of nine hours ago, and one in two hundred never.
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, longitude, latitude, batch_id)
SELECT datastream_id, 1, %(now)s - CASE WHEN thing_id %% 40 = 7 THEN interval '9 hours' ELSE interval '20 seconds' END,
    CASE WHEN result_type = 'measurement' THEN 30 + 8 * sin(datastream_id) END,
    CASE WHEN result_type = 'position' THEN 58.3 + 0.1 * sin(datastream_id) END,
    CASE WHEN result_type = 'position' THEN 23.58 + 0.02 * cos(datastream_id) END, 1
FROM datastreams
WHERE thing_id %% 200 <> 9

-- air_quality_notes --
INSERT INTO air_quality_notes (thing_id, bucket_start)
SELECT DISTINCT thing_id, date_trunc('hour', %(now)s) - interval '1 hour'
FROM datastreams
WHERE observed_property_code = %(observed_property)s

-- forecasts --
-- One issued now and one a week ago for every series that cities forecast.
WITH issue AS (
    INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, mae, baseline_mae, skill,
        backtest_origins, coverage_50, coverage_80, coverage_95, training_start, training_hours, data_digest, candidates)
    SELECT datastream_id, origin, origin, 168, 'prophet', 'seasonal_naive_168', 4.4, 5, 0.12, 6, 0.52, 0.78, 0.94,
        origin - interval '200 days', 4800, 'x', '[{"model": "prophet", "mae": 4.4, "skill": 0.12}]'
    FROM datastreams
    CROSS JOIN (VALUES (0), (7)) AS back (days)
    CROSS JOIN LATERAL (SELECT date_trunc('hour', %(now)s) - make_interval(days => back.days) AS origin) AS origins
    WHERE observed_property_code IN (%(observed_property)s, 'vehicle_flow', 'free_spaces')
    RETURNING forecast_id, origin)
INSERT INTO forecast_values
SELECT forecast_id, origin + n * interval '1 hour', m, m - 2, m + 2, m - 5, m + 5, m - 9, m + 9
FROM issue
CROSS JOIN generate_series(0, 167) AS n
CROSS JOIN LATERAL (SELECT 30 + 8 * sin(extract(epoch FROM origin + n * interval '1 hour') / 43200 * pi()) AS m) AS middle

-- alerts --
-- Three a day over the year; every thirtieth goes on.
WITH chosen AS (
    SELECT datastream_id, thing_id, n
    FROM generate_series(1, 1000) AS n
    JOIN (SELECT datastream_id, thing_id, row_number() OVER (ORDER BY datastream_id) AS place, count(*) OVER () AS total
          FROM datastreams WHERE observed_property_code = %(observed_property)s) AS stream
      ON stream.place = 1 + n %% total),
raised AS (
    INSERT INTO alerts (alert_id, rule_code, subject, thing_id, datastream_id, rule, severity, is_public, raised_at, value,
        cleared_at, clearing_noted_at)
    SELECT gen_random_uuid(), 'dust_storm', 'datastream ' || n, thing_id, datastream_id, %(rule)s, 'moderate', true, at, 61,
        CASE WHEN n %% 30 <> 0 THEN at + interval '3 hours' END, CASE WHEN n %% 30 <> 0 THEN at + interval '3 hours' END
    FROM chosen
    CROSS JOIN LATERAL (SELECT %(now)s - n * interval '8 hours' AS at) AS instant
    RETURNING alert_id, raised_at)
INSERT INTO alert_events (alert_id, event, at)
SELECT alert_id, 'raised', raised_at
FROM raised

-- gaps --
INSERT INTO gaps (datastream_id, began_at, ended_at, reason)
SELECT datastream_id, %(now)s - n * interval '5 days', %(now)s - n * interval '5 days' + interval '2 hours', 'offline'
FROM datastreams
CROSS JOIN generate_series(1, 20) AS n
WHERE thing_id %% 40 = 7
