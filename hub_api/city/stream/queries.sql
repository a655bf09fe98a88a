-- listen --
-- Ingest announces every batch when it commits.
LISTEN falaj_batches

-- position --
-- All that is committed by now.
SELECT pg_current_snapshot()::text

-- fresh_batches --
-- Batches committed after a position, up to another (or now): how far that leads, whether the position
-- lies ahead of this database (it is of another one), and which batches with how many rows.
WITH fresh AS (
    SELECT batch_id, stored + conflicting AS rows
    FROM ingest_batches
    WHERE transaction_id >= pg_snapshot_xmin(%(position)s::pg_snapshot)
      AND NOT pg_visible_in_snapshot(transaction_id, %(position)s::pg_snapshot)
      AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())
      AND (%(until)s::text IS NULL OR pg_visible_in_snapshot(transaction_id, %(until)s::text::pg_snapshot))
    ORDER BY transaction_id
    LIMIT %(batches)s
)
SELECT pg_current_snapshot()::text,
       pg_snapshot_xmax(%(position)s::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()),
       coalesce(array_agg(batch_id), '{}'), coalesce(sum(rows), 0)::bigint
FROM fresh

-- rows_of_batches --
-- The observations that these batches stored, in one order.
WITH fresh AS (
    SELECT batch_id, datastream_id, phenomenon_time, quality, CASE WHEN quality < 9 THEN result END AS result,
           NULL::text AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude
    FROM observations WHERE batch_id = ANY(%(batches)s)
    UNION ALL
    SELECT batch_id, datastream_id, phenomenon_time, quality, NULL, result, NULL, NULL
    FROM observations_category WHERE batch_id = ANY(%(batches)s)
    UNION ALL
    SELECT batch_id, datastream_id, phenomenon_time, quality, NULL, NULL, longitude, latitude
    FROM observations_position WHERE batch_id = ANY(%(batches)s)
)
SELECT fresh.datastream_id, thing.code, datastream.observed_property_code, sensor.code, datastream.unit,
       datastream.result_type, fresh.phenomenon_time, fresh.result, fresh.result_text, fresh.longitude,
       fresh.latitude, fresh.quality, source.kind = 'simulated', source.code, thing.place_code
FROM fresh
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN sensors AS sensor USING (sensor_id)
ORDER BY fresh.batch_id, fresh.datastream_id, fresh.phenomenon_time
LIMIT %(rows)s
