-- all_sources --
-- How the messages of every source are read.
SELECT source_id, code, decoder, time_policy, zone, retained_policy, topic_filters, mapping, codec, review = 'accepted'
FROM sources

-- unaccepted_of --
-- Of datastreams those of a source that is not accepted: the source's code.
SELECT sources.code FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)
WHERE datastreams.datastream_id = ANY (%(datastreams)s) AND NOT datastreams.is_counted
ORDER BY sources.source_id LIMIT 1

-- aliases --
-- Other names of observed properties.
SELECT alias, code FROM observed_properties, unnest(aliases) AS alias

-- things_by_address --
-- The registered things of these addresses, by what the device calls itself or else by their code; a row for each
-- datastream (or one without any).
SELECT wanted.source, wanted.thing, things.thing_id, things.longitude, things.latitude, datastreams.datastream_id,
       datastreams.observed_property_code, sensors.code, datastreams.unit, datastreams.result_type,
       datastreams.conflict_policy, properties.unit, properties.lower_bound, properties.upper_bound,
       properties.lowest_possible, properties.highest_possible, newest.sent_unit,
       properties.quality_tests || datastreams.quality_tests, array_remove(ARRAY[sensors.code, sensors.model], NULL)
FROM unnest(%(sources)s::text[], %(things)s::text[]) AS wanted (source, thing)
JOIN sources ON sources.code = wanted.source
JOIN LATERAL (
    SELECT thing_id, longitude, latitude, 1 AS rank FROM things
    WHERE things.source_id = sources.source_id AND things.device = wanted.thing
    UNION ALL
    SELECT thing_id, longitude, latitude, 2 FROM things WHERE things.code = wanted.thing AND things.source_id = sources.source_id
    ORDER BY rank LIMIT 1
) AS things ON true
LEFT JOIN datastreams ON datastreams.thing_id = things.thing_id
LEFT JOIN sensors ON sensors.sensor_id = datastreams.sensor_id
LEFT JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
LEFT JOIN LATERAL (
    SELECT sent_unit FROM datastream_units
    WHERE datastream_units.datastream_id = datastreams.datastream_id ORDER BY since DESC LIMIT 1
) AS newest ON true

-- next_batch_ids --
-- A block of batch ids, so that a batch costs no round trip for its own.
SELECT nextval('ingest_batch_ids') FROM generate_series(1, %(count)s)

-- copy_measurements --
-- New measurements, binary.
COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)

-- copy_positions --
-- New positions, binary.
COPY observations_position (datastream_id, quality, phenomenon_time, longitude, latitude, batch_id)
FROM STDIN (FORMAT binary)

-- insert_categories --
-- New categories; few and textual, so without COPY.
INSERT INTO observations_category (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT new.datastream_id, new.quality, new.phenomenon_time, new.result, %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(qualities)s::int2[], %(times)s::timestamptz[], %(results)s::text[])
     AS new (datastream_id, quality, phenomenon_time, result)

-- stored_measurements --
-- Which of these keys exist, by their position (from 1), and with which result. OFFSET 0 keeps it
-- one index look-up a key: a join planned on young chunks without statistics may read them whole.
SELECT wanted.position, stored.result
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[])
     WITH ORDINALITY AS wanted (datastream_id, phenomenon_time, position)
CROSS JOIN LATERAL (
    SELECT result FROM observations AS present
    WHERE present.datastream_id = wanted.datastream_id
      AND present.phenomenon_time = wanted.phenomenon_time
      AND present.phenomenon_time BETWEEN %(earliest)s AND %(latest)s
    OFFSET 0
) AS stored

-- stored_categories --
-- The same for categories.
SELECT wanted.position, stored.result
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[])
     WITH ORDINALITY AS wanted (datastream_id, phenomenon_time, position)
CROSS JOIN LATERAL (
    SELECT result FROM observations_category AS present
    WHERE present.datastream_id = wanted.datastream_id
      AND present.phenomenon_time = wanted.phenomenon_time
      AND present.phenomenon_time BETWEEN %(earliest)s AND %(latest)s
    OFFSET 0
) AS stored

-- stored_positions --
-- The same for positions.
SELECT wanted.position, stored.longitude, stored.latitude
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[])
     WITH ORDINALITY AS wanted (datastream_id, phenomenon_time, position)
CROSS JOIN LATERAL (
    SELECT longitude, latitude FROM observations_position AS present
    WHERE present.datastream_id = wanted.datastream_id
      AND present.phenomenon_time = wanted.phenomenon_time
      AND present.phenomenon_time BETWEEN %(earliest)s AND %(latest)s
    OFFSET 0
) AS stored

-- replace_measurements --
-- The policy keep_last: the newer message's result takes the place of the stored one.
UPDATE observations SET result = %(result)s, quality = %(quality)s, batch_id = %(batch_id)s
WHERE datastream_id = %(datastream_id)s AND phenomenon_time = %(phenomenon_time)s

-- replace_categories --
-- The same for categories.
UPDATE observations_category SET result = %(result)s, quality = %(quality)s, batch_id = %(batch_id)s
WHERE datastream_id = %(datastream_id)s AND phenomenon_time = %(phenomenon_time)s

-- replace_positions --
-- The same for positions.
UPDATE observations_position SET longitude = %(longitude)s, latitude = %(latitude)s, quality = %(quality)s, batch_id = %(batch_id)s
WHERE datastream_id = %(datastream_id)s AND phenomenon_time = %(phenomenon_time)s

-- moves_forward --
-- Whether a value may take the place of the newest, and of one that a clock of the hub stored while it was ahead.
WHERE latest.phenomenon_time <= EXCLUDED.phenomenon_time
   OR (latest.phenomenon_time > clock_timestamp() AND EXISTS (
       SELECT FROM ingest_batches AS batch WHERE batch.batch_id = latest.batch_id AND batch.committed_at > clock_timestamp()))

-- latest_measurements --
-- Move the newest value forward, never backward. In key order, so that workers cannot deadlock.
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT new.datastream_id, new.quality, new.phenomenon_time, new.result, %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(qualities)s::int2[], %(times)s::timestamptz[], %(results)s::float8[])
     AS new (datastream_id, quality, phenomenon_time, result)
ON CONFLICT (datastream_id) DO UPDATE SET
    quality = EXCLUDED.quality, phenomenon_time = EXCLUDED.phenomenon_time,
    result = EXCLUDED.result, batch_id = EXCLUDED.batch_id
-- + moves_forward

-- latest_categories --
-- The same for categories.
INSERT INTO latest (datastream_id, quality, phenomenon_time, result_text, batch_id)
SELECT new.datastream_id, new.quality, new.phenomenon_time, new.result, %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(qualities)s::int2[], %(times)s::timestamptz[], %(results)s::text[])
     AS new (datastream_id, quality, phenomenon_time, result)
ON CONFLICT (datastream_id) DO UPDATE SET
    quality = EXCLUDED.quality, phenomenon_time = EXCLUDED.phenomenon_time,
    result_text = EXCLUDED.result_text, batch_id = EXCLUDED.batch_id
-- + moves_forward

-- latest_positions --
-- The same for positions.
INSERT INTO latest (datastream_id, quality, phenomenon_time, longitude, latitude, batch_id)
SELECT new.datastream_id, new.quality, new.phenomenon_time, new.longitude, new.latitude, %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(qualities)s::int2[], %(times)s::timestamptz[],
            %(longitudes)s::float8[], %(latitudes)s::float8[])
     AS new (datastream_id, quality, phenomenon_time, longitude, latitude)
ON CONFLICT (datastream_id) DO UPDATE SET
    quality = EXCLUDED.quality, phenomenon_time = EXCLUDED.phenomenon_time,
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, batch_id = EXCLUDED.batch_id
-- + moves_forward

-- mark_dirty --
-- The hours that this batch touched, as one row, with the first and last instant in each: whatever is derived from them is stale.
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours, first_times, last_times)
VALUES (%(batch_id)s, %(datastream_ids)s::int4[], %(bucket_hours)s::int4[], %(first_times)s::int8[], %(last_times)s::int8[])

-- store_dead_letter --
-- Keep what could not be stored; the same bytes on the same topic are counted, not kept twice.
INSERT INTO dead_letters
    (digest, topic, payload, reason, detail, first_received_at, last_received_at, batch_id)
VALUES (%(digest)s, %(topic)s, %(payload)s, %(reason)s, %(detail)s, %(received_at)s, %(received_at)s,
        %(batch_id)s)
ON CONFLICT (digest) DO UPDATE SET
    times_received = dead_letters.times_received + 1, last_received_at = EXCLUDED.last_received_at,
    reason = EXCLUDED.reason, detail = EXCLUDED.detail, status = 'open', batch_id = EXCLUDED.batch_id

-- count_not_kept --
-- What became no letter, counted as housekeeping counts what it removes.
INSERT INTO dead_letter_removals AS known (reason, status, removed_count, removed_bytes, last_removed_at)
VALUES (%(reason)s, 'open', %(letters)s, %(payload_bytes)s, now())
ON CONFLICT (reason, status) DO UPDATE SET
    removed_count = known.removed_count + EXCLUDED.removed_count,
    removed_bytes = known.removed_bytes + EXCLUDED.removed_bytes,
    last_removed_at = EXCLUDED.last_removed_at

-- close_account --
-- The ledger row, and the worker's running total with it. Check constraints refuse an account
-- that does not close.
WITH account AS (
    INSERT INTO ingest_batches
        (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined, first_received_at)
    VALUES (%(batch_id)s, %(worker)s, %(messages)s, %(received)s, %(stored)s, %(duplicate)s,
            %(conflicting)s, %(quarantined)s, %(first_received_at)s)
    RETURNING worker, messages, received, stored, duplicate, conflicting, quarantined,
              first_received_at, committed_at
)
INSERT INTO ingest_totals AS total
    (worker, batches, messages, received, stored, duplicate, conflicting, quarantined,
     first_received_at, committed_at)
SELECT worker, 1, messages, received, stored, duplicate, conflicting, quarantined,
       first_received_at, committed_at
FROM account
ON CONFLICT (worker) DO UPDATE SET
    batches = total.batches + 1,
    messages = total.messages + EXCLUDED.messages,
    received = total.received + EXCLUDED.received,
    stored = total.stored + EXCLUDED.stored,
    duplicate = total.duplicate + EXCLUDED.duplicate,
    conflicting = total.conflicting + EXCLUDED.conflicting,
    quarantined = total.quarantined + EXCLUDED.quarantined,
    first_received_at = EXCLUDED.first_received_at,
    committed_at = EXCLUDED.committed_at

-- account_of_batch --
-- The account of a batch whose commit we may not have heard of.
SELECT messages, received, stored, duplicate, conflicting, quarantined
FROM ingest_batches WHERE batch_id = %(batch_id)s

-- known_workers --
-- Every worker that ever committed a batch.
SELECT worker FROM ingest_totals

-- announce --
-- Wake those who follow the ledger (roll-ups, live streams) when this transaction commits.
SELECT pg_notify('falaj_batches', %(batch_id)s::text)

-- report --
-- A sign of life of this worker, for the status.
INSERT INTO component_reports (component, instance, reported_at)
VALUES ('ingest', %(worker)s, clock_timestamp())
ON CONFLICT (component, instance) DO UPDATE SET reported_at = excluded.reported_at

-- sign_off --
-- This worker ends in order, or for good: nothing is expected of it.
DELETE FROM component_reports WHERE component = 'ingest' AND instance = %(worker)s
