-- lock_bulk --
-- One writer of bulk files at a time, until the session ends.
SELECT pg_try_advisory_lock(hashtext('falaj_bulk'))

-- any_due --
-- Whether a day is due; see due_days.
SELECT EXISTS (
    SELECT FROM dataset_days AS day
    JOIN sources USING (source_id)
    WHERE day.written_change_count IS DISTINCT FROM day.change_count
      AND day.local_date < (%(closed_at)s::timestamptz AT TIME ZONE coalesce(sources.zone, city_zone()))::date
      AND (day.changed_at <= %(quiet_since)s OR day.due_since <= %(waiting_since)s
           OR (day.written_change_count IS NULL AND day.generated_at IS NOT NULL))
      AND NOT EXISTS (
          SELECT FROM archive_parts AS part
          WHERE part.source_id = day.source_id AND part.let_go_at IS NOT NULL
            AND day.local_date BETWEEN (part.starts_at AT TIME ZONE coalesce(sources.zone, city_zone()))::date
                AND ((part.ends_at - INTERVAL '1 microsecond') AT TIME ZONE coalesce(sources.zone, city_zone()))::date)
      AND NOT EXISTS (
          SELECT FROM failures
          WHERE job = %(job)s AND subject = sources.code || '/' || day.local_date
            AND failures.due_at > %(now)s)
)

-- due_days --
-- Closed days with changes that their file does not hold, once they have been quiet or have waited too
-- long; files that are lost first, then those that have been due longest. What could not be written waits for
-- its next attempt, and a day of which rows have left the store for their return. A date is text here, since not
-- every date of the database is one of the calendar of Python.
SELECT day.source_id, sources.code, day.local_date::text, coalesce(sources.zone, city_zone())
FROM dataset_days AS day
JOIN sources USING (source_id)
WHERE day.written_change_count IS DISTINCT FROM day.change_count
  AND day.local_date < (%(closed_at)s::timestamptz AT TIME ZONE coalesce(sources.zone, city_zone()))::date
  AND (day.changed_at <= %(quiet_since)s OR day.due_since <= %(waiting_since)s
       OR (day.written_change_count IS NULL AND day.generated_at IS NOT NULL))
  AND NOT EXISTS (
      SELECT FROM archive_parts AS part
      WHERE part.source_id = day.source_id AND part.let_go_at IS NOT NULL
        AND day.local_date BETWEEN (part.starts_at AT TIME ZONE coalesce(sources.zone, city_zone()))::date
            AND ((part.ends_at - INTERVAL '1 microsecond') AT TIME ZONE coalesce(sources.zone, city_zone()))::date)
  AND NOT EXISTS (
      SELECT FROM failures
      WHERE job = %(job)s AND subject = sources.code || '/' || day.local_date AND failures.due_at > %(now)s)
ORDER BY day.written_change_count IS NULL AND day.generated_at IS NOT NULL DESC,
         day.due_since, day.local_date, day.source_id
LIMIT %(days_max)s

-- listen --
-- Readers tell which file they found missing or damaged.
LISTEN falaj_bulk_suspected

-- begin_reading --
-- From here on every statement of the transaction sees the same state.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- day --
-- How often a day changed, digest and instant of its file, and what its dataset is.
SELECT day.change_count, day.sha256, day.generated_at, source.code, source.kind = 'simulated', source.name_en, source.name_ar,
       source.description_en, source.description_ar, source.provider_en, source.provider_ar,
       source.homepage, source.attribution,
       source.licence, source.licence_url, source.licence_name_en, source.licence_name_ar
FROM dataset_days AS day
JOIN sources AS source USING (source_id)
WHERE day.source_id = %(source_id)s AND day.local_date = %(local_date)s

-- datastreams --
-- The datastreams of a source, in the order of the rows.
SELECT datastream.datastream_id, thing.code, datastream.observed_property_code, datastream.unit,
       datastream.result_type
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
WHERE thing.source_id = %(source_id)s
ORDER BY datastream.datastream_id

-- copy_measurements --
-- The measurements of some datastreams. OFFSET 0 keeps it one index range a datastream, whatever the
-- statistics of a young chunk say; the datastreams come in order, so that one at a time is sorted.
COPY (
    SELECT wanted.datastream_id, stored.phenomenon_time, stored.result, stored.quality
    FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, result, quality
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
    SELECT wanted.datastream_id, stored.phenomenon_time, stored.longitude, stored.latitude, stored.quality
    FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, longitude, latitude, quality
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
SELECT wanted.datastream_id, stored.phenomenon_time, stored.result, stored.quality
FROM (SELECT unnest(%(datastreams)s::int4[]) AS datastream_id ORDER BY 1 OFFSET 0) AS wanted
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result, quality
    FROM observations_category
    WHERE observations_category.datastream_id = wanted.datastream_id
      AND observations_category.phenomenon_time >= %(start)s::timestamptz
      AND observations_category.phenomenon_time < %(end)s::timestamptz
    OFFSET 0
) AS stored
ORDER BY wanted.datastream_id, stored.phenomenon_time

-- note_file --
-- A day has this file, which holds so many of its changes.
UPDATE dataset_days SET
    written_change_count = %(change_count)s, row_count = %(row_count)s, byte_count = %(byte_count)s,
    sha256 = %(sha256)s, first_phenomenon_time = %(first_phenomenon_time)s,
    last_phenomenon_time = %(last_phenomenon_time)s, generated_at = %(generated_at)s, verified_at = NULL
WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- note_unchanged --
-- The file of a day holds so many changes as it is.
UPDATE dataset_days SET written_change_count = %(change_count)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- files --
-- Every file there should be, the longest unread first.
SELECT day.source_id, sources.code, day.local_date, coalesce(sources.zone, city_zone()),
       day.byte_count, day.sha256, day.generated_at
FROM dataset_days AS day
JOIN sources USING (source_id)
WHERE day.generated_at IS NOT NULL AND day.written_change_count IS NOT NULL
ORDER BY coalesce(day.verified_at, day.generated_at), day.source_id, day.local_date

-- file --
-- One of them.
SELECT day.source_id, sources.code, day.local_date, coalesce(sources.zone, city_zone()),
       day.byte_count, day.sha256, day.generated_at
FROM dataset_days AS day
JOIN sources USING (source_id)
WHERE day.generated_at IS NOT NULL AND day.written_change_count IS NOT NULL
  AND sources.code || '/' || day.local_date = %(name)s

-- note_verified --
-- Its bytes are its own.
UPDATE dataset_days SET verified_at = %(at)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- forget_file --
-- The file of a day is gone or not ours; the day is due again.
UPDATE dataset_days SET written_change_count = NULL, due_since = now()
WHERE source_id = %(source_id)s AND local_date = %(local_date)s
