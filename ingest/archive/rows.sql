-- copy_measurements --
-- The measurements of some datastreams; see the statement of the same name for bulk files.
COPY (
    SELECT wanted.datastream_id, stored.phenomenon_time, stored.quality, stored.batch_id, stored.result
    FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, quality, batch_id, result
        FROM observations
        WHERE observations.datastream_id = wanted.datastream_id
          AND observations.phenomenon_time >= %(start)s::timestamptz
          AND observations.phenomenon_time < %(end)s::timestamptz
        OFFSET 0
    ) AS stored
    ORDER BY wanted.datastream_id, stored.phenomenon_time
) TO STDOUT (FORMAT binary)

-- copy_positions --
-- The same for positions.
COPY (
    SELECT wanted.datastream_id, stored.phenomenon_time, stored.quality, stored.batch_id, stored.longitude, stored.latitude
    FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, quality, batch_id, longitude, latitude
        FROM observations_position
        WHERE observations_position.datastream_id = wanted.datastream_id
          AND observations_position.phenomenon_time >= %(start)s::timestamptz
          AND observations_position.phenomenon_time < %(end)s::timestamptz
        OFFSET 0
    ) AS stored
    ORDER BY wanted.datastream_id, stored.phenomenon_time
) TO STDOUT (FORMAT binary)

-- read_categories --
-- The same for categories; few and textual, so without COPY.
SELECT wanted.datastream_id, stored.phenomenon_time, stored.quality, stored.batch_id, stored.result
FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
CROSS JOIN LATERAL (
    SELECT phenomenon_time, quality, batch_id, result
    FROM observations_category
    WHERE observations_category.datastream_id = wanted.datastream_id
      AND observations_category.phenomenon_time >= %(start)s::timestamptz
      AND observations_category.phenomenon_time < %(end)s::timestamptz
    OFFSET 0
) AS stored
ORDER BY wanted.datastream_id, stored.phenomenon_time

-- flags --
-- Which tests flagged observations of these datastreams, in their order.
SELECT datastream_id, phenomenon_time, test, quality, batch_id
FROM observation_flags
WHERE datastream_id = ANY (%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
ORDER BY datastream_id, phenomenon_time, test

-- has_flags --
-- Whether there are any.
SELECT EXISTS (
    SELECT FROM observation_flags
    WHERE datastream_id = ANY (%(datastreams)s::int4[])
      AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz)

-- delete_measurements --
-- What the archive holds leaves the store.
DELETE FROM observations
WHERE datastream_id = ANY (%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz

-- delete_categories --
DELETE FROM observations_category
WHERE datastream_id = ANY (%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz

-- delete_positions --
DELETE FROM observations_position
WHERE datastream_id = ANY (%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz

-- delete_flags --
DELETE FROM observation_flags
WHERE datastream_id = ANY (%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz

-- restored_tables --
-- What comes out of a file, until the transaction ends.
CREATE TEMPORARY TABLE restored_measurements (LIKE observations INCLUDING INDEXES) ON COMMIT DROP;
CREATE TEMPORARY TABLE restored_categories (LIKE observations_category INCLUDING INDEXES) ON COMMIT DROP;
CREATE TEMPORARY TABLE restored_positions (LIKE observations_position INCLUDING INDEXES) ON COMMIT DROP;
CREATE TEMPORARY TABLE restored_flags (LIKE observation_flags INCLUDING INDEXES) ON COMMIT DROP

-- restore_measurements --
-- The rows are the store's again. Where something came late for the same instant, the datastream's policy decides as it does for
-- what comes late at all: the archive's row was first.
INSERT INTO observations AS stored (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, quality, phenomenon_time, result, batch_id FROM restored_measurements
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET
    quality = EXCLUDED.quality, result = EXCLUDED.result, batch_id = EXCLUDED.batch_id
WHERE stored.result = EXCLUDED.result OR NOT EXISTS (
    SELECT FROM datastreams AS known
    WHERE known.datastream_id = stored.datastream_id AND known.conflict_policy = 'keep_last')

-- restore_categories --
INSERT INTO observations_category AS stored (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, quality, phenomenon_time, result, batch_id FROM restored_categories
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET
    quality = EXCLUDED.quality, result = EXCLUDED.result, batch_id = EXCLUDED.batch_id
WHERE stored.result = EXCLUDED.result OR NOT EXISTS (
    SELECT FROM datastreams AS known
    WHERE known.datastream_id = stored.datastream_id AND known.conflict_policy = 'keep_last')

-- restore_positions --
INSERT INTO observations_position AS stored (datastream_id, quality, phenomenon_time, longitude, latitude, batch_id)
SELECT datastream_id, quality, phenomenon_time, longitude, latitude, batch_id FROM restored_positions
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET
    quality = EXCLUDED.quality, longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, batch_id = EXCLUDED.batch_id
WHERE (stored.longitude, stored.latitude) = (EXCLUDED.longitude, EXCLUDED.latitude) OR NOT EXISTS (
    SELECT FROM datastreams AS known
    WHERE known.datastream_id = stored.datastream_id AND known.conflict_policy = 'keep_last')

-- late_conflicts --
-- What came late for an instant that the archive holds with another result, where the policy wants it among the dead letters. Of
-- positions and categories as of numbers.
SELECT sources.code, things.code, datastreams.observed_property_code, late.phenomenon_time, late.result, late.text,
       late.longitude, late.latitude, late.batch_id
FROM (
    SELECT stored.datastream_id, stored.phenomenon_time, stored.result, NULL AS text, NULL::float8 AS longitude,
           NULL::float8 AS latitude, stored.batch_id
    FROM restored_measurements AS restored JOIN observations AS stored USING (datastream_id, phenomenon_time)
    WHERE stored.result <> restored.result
    UNION ALL
    SELECT stored.datastream_id, stored.phenomenon_time, NULL, stored.result, NULL, NULL, stored.batch_id
    FROM restored_categories AS restored JOIN observations_category AS stored USING (datastream_id, phenomenon_time)
    WHERE stored.result <> restored.result
    UNION ALL
    SELECT stored.datastream_id, stored.phenomenon_time, NULL, NULL, stored.longitude, stored.latitude, stored.batch_id
    FROM restored_positions AS restored JOIN observations_position AS stored USING (datastream_id, phenomenon_time)
    WHERE (stored.longitude, stored.latitude) <> (restored.longitude, restored.latitude)
) AS late
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
JOIN sources USING (source_id)
WHERE conflict_policy = 'quarantine'

-- forget_late_flags --
-- Flags of late rows that the archive's took the place of.
DELETE FROM observation_flags AS flag
USING (
    SELECT datastream_id, phenomenon_time FROM restored_measurements AS restored
    JOIN observations AS stored USING (datastream_id, phenomenon_time) WHERE stored.batch_id = restored.batch_id
) AS kept
WHERE flag.datastream_id = kept.datastream_id AND flag.phenomenon_time = kept.phenomenon_time
  AND flag.phenomenon_time >= %(start)s::timestamptz AND flag.phenomenon_time < %(end)s::timestamptz

-- restore_flags --
-- Those of the rows that are the archive's.
INSERT INTO observation_flags (datastream_id, phenomenon_time, test, quality, batch_id)
SELECT flag.datastream_id, flag.phenomenon_time, flag.test, flag.quality, flag.batch_id
FROM restored_flags AS flag
WHERE EXISTS (
    SELECT FROM restored_measurements AS restored
    JOIN observations AS stored USING (datastream_id, phenomenon_time)
    WHERE stored.batch_id = restored.batch_id
      AND restored.datastream_id = flag.datastream_id AND restored.phenomenon_time = flag.phenomenon_time)
   OR EXISTS (
    SELECT FROM restored_categories AS restored
    WHERE restored.datastream_id = flag.datastream_id AND restored.phenomenon_time = flag.phenomenon_time)
   OR EXISTS (
    SELECT FROM restored_positions AS restored
    WHERE restored.datastream_id = flag.datastream_id AND restored.phenomenon_time = flag.phenomenon_time)
ON CONFLICT (datastream_id, phenomenon_time, test) DO NOTHING
