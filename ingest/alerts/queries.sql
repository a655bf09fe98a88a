-- lead --
-- One process evaluates; the others stand by until its connection ends.
SELECT pg_try_advisory_lock(hashtext('falaj_alerts'))

-- listen --
-- Ingest announces every batch, and triggers every change of rules.
LISTEN falaj_batches

-- listen_for_rules --
LISTEN falaj_alert_rules

-- rules --
-- The rules that are switched on.
SELECT code, document, switched_on_at FROM alert_rules WHERE state = 'on' ORDER BY code

-- receivers --
SELECT code, language FROM alert_receivers

-- datastreams --
-- What can be watched: numbers, by property.
SELECT datastream.datastream_id, datastream.observed_property_code, datastream.unit, property.unit, thing.thing_id, thing.code,
       thing.name_en, thing.name_ar, thing.place_code, source.kind <> 'recorded'
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
WHERE datastream.result_type = 'measurement' AND datastream.observed_property_code = ANY (%(properties)s)
ORDER BY datastream.datastream_id

-- things --
-- What indices can be of.
SELECT thing_id, code, name_en, name_ar, place_code FROM things ORDER BY thing_id

-- registry --
-- What changes with any thing or datastream.
SELECT (SELECT count(*) FROM datastreams), (SELECT coalesce(max(datastream_id), 0) FROM datastreams),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM things)

-- states --
SELECT rule_code, subject, is_raised, since, newest_at FROM alert_states

-- open --
-- Which alerts go on, by rule and subject.
SELECT rule_code, subject, alert_id FROM alerts WHERE cleared_at IS NULL

-- positions --
SELECT datastream_id, newest_at, newest_value FROM alert_positions WHERE datastream_id = ANY (%(datastreams)s)

-- cursor --
SELECT position, forecast_id FROM alert_cursor

-- begin --
-- The first time: what is committed by now is over.
INSERT INTO alert_cursor (position, forecast_id)
SELECT pg_current_snapshot()::text, (SELECT coalesce(max(forecast_id), 0) FROM forecasts)
ON CONFLICT DO NOTHING

-- fresh_batches --
-- Batches committed since a position, the position that leads to, and whether the position lies ahead of this database, which
-- was copied from another one.
SELECT pg_current_snapshot()::text,
       pg_snapshot_xmax(%(position)s::text::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()),
       coalesce(array_agg(batch_id ORDER BY transaction_id), '{}')
FROM ingest_batches
WHERE transaction_id >= pg_snapshot_xmin(%(position)s::text::pg_snapshot)
  AND NOT pg_visible_in_snapshot(transaction_id, %(position)s::text::pg_snapshot)
  AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())

-- advance --
UPDATE alert_cursor SET position = %(position)s

-- postpone --
-- More batches than one transaction takes.
INSERT INTO alert_backlog (batch_id) SELECT unnest(%(batches)s::bigint[]) ON CONFLICT DO NOTHING

-- take_backlog --
DELETE FROM alert_backlog
WHERE batch_id IN (SELECT batch_id FROM alert_backlog ORDER BY batch_id LIMIT %(batches_max)s)
RETURNING batch_id

-- observations --
-- What these batches stored of what is watched, as it was measured; what is bad or missing is none.
SELECT datastream_id, phenomenon_time, CASE WHEN quality < 4 THEN result END
FROM observations
WHERE batch_id = ANY (%(batches)s) AND phenomenon_time > %(since)s::timestamptz AND datastream_id = ANY (%(datastreams)s)
ORDER BY phenomenon_time

-- keep_positions --
INSERT INTO alert_positions AS position (datastream_id, newest_at, newest_value)
SELECT * FROM unnest(%(datastreams)s::int4[], %(times)s::timestamptz[], %(values)s::float8[])
ON CONFLICT (datastream_id) DO UPDATE SET newest_at = EXCLUDED.newest_at, newest_value = EXCLUDED.newest_value

-- keep_state --
INSERT INTO alert_states (rule_code, subject, is_raised, since, newest_at)
VALUES (%(rule)s, %(subject)s, %(is_raised)s, %(since)s, %(newest_at)s)
ON CONFLICT (rule_code, subject) DO UPDATE
SET is_raised = EXCLUDED.is_raised, since = EXCLUDED.since, newest_at = EXCLUDED.newest_at

-- forget_state --
DELETE FROM alert_states WHERE rule_code = %(rule)s AND subject = %(subject)s

-- raise --
INSERT INTO alerts (alert_id, rule_code, subject, thing_id, datastream_id, rule, severity, is_public, raised_at, value, expected_at)
VALUES (%(alert_id)s, %(rule)s, %(subject)s, %(thing_id)s, %(datastream_id)s, %(document)s, %(severity)s, %(is_public)s,
        %(at)s, %(value)s, %(expected_at)s)

-- clear --
UPDATE alerts SET cleared_at = %(at)s, clearing_noted_at = clock_timestamp() WHERE alert_id = %(alert_id)s

-- note --
INSERT INTO alert_events (alert_id, event, at, value) VALUES (%(alert_id)s, %(event)s, %(at)s, %(value)s)

-- deliver --
INSERT INTO alert_deliveries (delivery_id, alert_id, event, receiver_code, body, due_at)
VALUES (%(delivery_id)s, %(alert_id)s, %(event)s, %(receiver)s, %(body)s, %(due_at)s)

-- account --
-- When ingest last gave an account of itself.
SELECT max(reported_at) FROM component_reports WHERE component = 'ingest'

-- forecasts --
-- Forecasts of what is watched that are newer than those looked at.
SELECT forecast.forecast_id, forecast.datastream_id, forecast.issued_at, value.phenomenon_time,
       ARRAY[value.lower_95, value.lower_80, value.lower_50, value.median, value.upper_50, value.upper_80, value.upper_95]
FROM forecasts AS forecast
JOIN forecast_values AS value USING (forecast_id)
WHERE forecast.forecast_id > %(after)s AND forecast.issued_at > %(since)s::timestamptz
  AND forecast.datastream_id = ANY (%(datastreams)s)
ORDER BY forecast.forecast_id, value.phenomenon_time

-- newest_forecast --
SELECT coalesce(max(forecast_id), 0) FROM forecasts

-- advance_forecasts --
UPDATE alert_cursor SET forecast_id = %(forecast_id)s

-- air_quality --
-- The newest hours of things by an index.
SELECT index_code, thing_id, bucket_start + INTERVAL '1 hour', value, level_rank, is_beyond
FROM air_quality_hours
WHERE bucket_start > %(since)s::timestamptz - INTERVAL '1 hour' AND index_code = ANY (%(indices)s)
ORDER BY bucket_start

-- anomaly_run --
-- What changes whenever anomalies may have.
SELECT xmin::text FROM nowcast_runs

-- anomalies --
-- What goes on at these datastreams, what began lately and what was over lately. An end is that of the last step outside.
SELECT datastream_id, worst_at, observed, size,
       ends_at + CASE expected_by WHEN 'nowcast' THEN INTERVAL '15 minutes' ELSE INTERVAL '1 hour' END AS ended_at
FROM anomalies
WHERE datastream_id = ANY (%(datastreams)s)
  AND (ends_at IS NULL OR starts_at > %(since)s::timestamptz OR changed_at > %(since)s::timestamptz)
ORDER BY starts_at, anomaly_id

-- preview_anomalies --
SELECT datastream_id, worst_at, observed, size,
       ends_at + CASE expected_by WHEN 'nowcast' THEN INTERVAL '15 minutes' ELSE INTERVAL '1 hour' END AS ended_at
FROM anomalies
WHERE datastream_id = %(datastream_id)s AND starts_at >= %(since)s::timestamptz AND starts_at <= %(until)s::timestamptz
ORDER BY starts_at, anomaly_id LIMIT %(values_max)s

-- wanted_previews --
-- Rules whose preview somebody waits for, who waits longest first.
SELECT code FROM alert_rules WHERE preview_wanted_at IS NOT NULL ORDER BY preview_wanted_at, code

-- forget_wanted --
UPDATE alert_rules SET preview_wanted_at = NULL WHERE code = %(code)s

-- preview_observations --
-- The values of a datastream of a time that is over, oldest first.
SELECT phenomenon_time, CASE WHEN quality < 4 THEN result END FROM observations
WHERE datastream_id = %(datastream_id)s AND phenomenon_time >= %(since)s::timestamptz AND phenomenon_time <= %(until)s::timestamptz
ORDER BY phenomenon_time LIMIT %(values_max)s

-- preview_forecasts --
SELECT forecast.forecast_id, forecast.datastream_id, forecast.issued_at, value.phenomenon_time,
       ARRAY[value.lower_95, value.lower_80, value.lower_50, value.median, value.upper_50, value.upper_80, value.upper_95]
FROM forecasts AS forecast
JOIN forecast_values AS value USING (forecast_id)
WHERE forecast.datastream_id = %(datastream_id)s AND forecast.issued_at >= %(since)s::timestamptz
ORDER BY forecast.forecast_id, value.phenomenon_time LIMIT %(values_max)s

-- preview_air_quality --
SELECT index_code, thing_id, bucket_start + INTERVAL '1 hour', value, level_rank, is_beyond
FROM air_quality_hours
WHERE thing_id = %(thing_id)s AND index_code = %(index)s AND bucket_start >= %(since)s::timestamptz
ORDER BY bucket_start LIMIT %(values_max)s

-- take_deliveries --
-- What is due, of receivers that do not rest, and of one alert and receiver only the first; whoever takes it has it for a while.
UPDATE alert_deliveries SET leased_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE delivery_id IN (
    SELECT delivery_id FROM alert_deliveries AS own
    JOIN alert_receivers AS receiver ON receiver.code = own.receiver_code AND receiver.kind = %(kind)s
    WHERE own.done_at IS NULL AND own.failed_at IS NULL AND own.due_at <= %(now)s
      AND (own.leased_until IS NULL OR own.leased_until < clock_timestamp())
      AND (receiver.resting_until IS NULL OR receiver.resting_until <= %(now)s)
      AND (own.event = 'raised' OR NOT EXISTS (
          SELECT FROM alert_deliveries AS earlier
          WHERE earlier.alert_id = own.alert_id AND earlier.receiver_code = own.receiver_code AND earlier.event = 'raised'
            AND earlier.done_at IS NULL AND earlier.failed_at IS NULL))
    ORDER BY own.due_at LIMIT %(deliveries_max)s
    FOR UPDATE OF own SKIP LOCKED
)
RETURNING delivery_id, alert_id, event, receiver_code, body, attempt_count,
    (SELECT address FROM alert_receivers WHERE code = receiver_code),
    (SELECT secret FROM alert_receivers WHERE code = receiver_code),
    (SELECT language FROM alert_receivers WHERE code = receiver_code)

-- delivered --
UPDATE alert_deliveries SET done_at = clock_timestamp(), attempt_count = attempt_count + 1, last_error = NULL
WHERE delivery_id = ANY (%(deliveries)s)

-- answered --
-- Receivers that answer are well.
UPDATE alert_receivers SET failure_count = 0, resting_until = NULL
WHERE code = ANY (%(receivers)s) AND (failure_count > 0 OR resting_until IS NOT NULL)

-- not_delivered --
-- It is tried again, unless that has been too often.
UPDATE alert_deliveries SET attempt_count = attempt_count + 1, last_error = %(reason)s, leased_until = NULL,
    failed_at = CASE WHEN attempt_count + 1 >= %(attempts_max)s THEN clock_timestamp() END
WHERE delivery_id = %(delivery_id)s

-- rest --
UPDATE alert_receivers SET failure_count = failure_count + 1,
    resting_until = %(now)s::timestamptz + make_interval(secs => least(%(seconds_max)s, %(seconds_min)s * 2 ^ least(failure_count, 30)))
WHERE code = %(receiver)s AND (resting_until IS NULL OR resting_until <= %(now)s)

-- without_receiver --
-- Nobody is left to be told.
UPDATE alert_deliveries SET failed_at = clock_timestamp(), last_error = 'the receiver was removed'
WHERE done_at IS NULL AND failed_at IS NULL
  AND NOT EXISTS (SELECT FROM alert_receivers WHERE code = receiver_code)

-- tidy --
-- Forget what was told long ago; the alerts and their history stay.
DELETE FROM alert_deliveries
WHERE delivery_id IN (
    SELECT delivery_id FROM alert_deliveries
    WHERE coalesce(done_at, failed_at) < %(now)s::timestamptz - make_interval(days => %(keep_days)s)
    LIMIT %(rows_max)s
)
