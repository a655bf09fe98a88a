-- lock --
-- One at a time in the whole database, until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_air_quality'))

-- take_notes --
-- The oldest notes of hours that are over; they come back if this transaction fails. Those that a roll-up holds wait for it.
DELETE FROM air_quality_notes
WHERE note_id IN (
    SELECT note_id FROM air_quality_notes
    WHERE bucket_start <= %(now)s::timestamptz - INTERVAL '1 hour'
    ORDER BY note_id LIMIT %(notes_max)s
    FOR UPDATE SKIP LOCKED
)
RETURNING thing_id, bucket_start

-- due_set_aside --
-- Hours that could not be judged, to be tried again.
SELECT thing_id, bucket_start FROM air_quality_set_aside
WHERE tried_at <= %(now)s::timestamptz - make_interval(secs => %(retry_seconds)s)
ORDER BY tried_at LIMIT %(notes_max)s

-- hours --
-- The roll-ups of a thing's pollutants from before the first of these hours to the last, as their units were made then.
SELECT datastream.observed_property_code, datastream.unit, made.convention, bucket.bucket_start, bucket.mean,
       bucket.good_count + bucket.not_evaluated_count + bucket.suspect_count AS usable_count, bucket.expected_count
FROM datastreams AS datastream
JOIN observations_hourly AS bucket USING (datastream_id)
LEFT JOIN LATERAL (
    SELECT convention FROM datastream_units AS own
    WHERE own.datastream_id = datastream.datastream_id AND own.since <= bucket.bucket_start
    ORDER BY own.since DESC LIMIT 1
) AS made ON true
WHERE datastream.thing_id = %(thing_id)s
  AND datastream.observed_property_code = ANY (%(pollutants)s)
  AND bucket.bucket_start > %(first)s::timestamptz - INTERVAL '24 hours'
  AND bucket.bucket_start <= %(last)s::timestamptz
ORDER BY datastream.datastream_id DESC, bucket.bucket_start

-- forget --
-- What was said of these hours of a thing, of which there is nothing any more.
DELETE FROM air_quality_hours
WHERE thing_id = %(thing_id)s AND bucket_start = ANY (%(hours)s)
  AND bucket_start BETWEEN %(first)s AND %(last)s

-- keep --
-- What an index says of an hour.
INSERT INTO air_quality_hours AS hour
    (thing_id, index_code, bucket_start, value, is_beyond, level, level_rank, observed_property, span, method, coverage, parts)
VALUES (%(thing_id)s, %(index)s, %(bucket_start)s, %(value)s, %(is_beyond)s, %(level)s, %(level_rank)s,
        %(observed_property)s, %(span)s, %(method)s, %(coverage)s, %(parts)s)
ON CONFLICT (thing_id, index_code, bucket_start) DO UPDATE SET
    value = EXCLUDED.value, is_beyond = EXCLUDED.is_beyond, level = EXCLUDED.level, level_rank = EXCLUDED.level_rank,
    observed_property = EXCLUDED.observed_property, span = EXCLUDED.span, method = EXCLUDED.method,
    coverage = EXCLUDED.coverage, parts = EXCLUDED.parts, computed_at = now()
WHERE (hour.value, hour.is_beyond, hour.level, hour.level_rank, hour.observed_property, hour.span, hour.method,
       hour.coverage, hour.parts)
   IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.is_beyond, EXCLUDED.level, EXCLUDED.level_rank,
       EXCLUDED.observed_property, EXCLUDED.span, EXCLUDED.method, EXCLUDED.coverage, EXCLUDED.parts)

-- set_aside --
-- An hour that cannot be judged, and why.
INSERT INTO air_quality_set_aside (thing_id, bucket_start, reason)
VALUES (%(thing_id)s, %(bucket_start)s, %(reason)s)
ON CONFLICT (thing_id, bucket_start) DO UPDATE SET reason = EXCLUDED.reason, tried_at = now()

-- take_up --
-- These hours of a thing are judged anew: they are not set aside any more.
DELETE FROM air_quality_set_aside WHERE thing_id = %(thing_id)s AND bucket_start = ANY (%(hours)s)
