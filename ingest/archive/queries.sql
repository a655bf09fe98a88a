-- lock_archive --
-- One process at a time, until the session ends.
SELECT pg_try_advisory_lock(hashtext('falaj_archive'))

-- unlock_archive --
-- For whoever keeps the session.
SELECT pg_advisory_unlock(hashtext('falaj_archive'))

-- due_condition --
-- Closed days with changes that the archive does not hold, once they have been quiet, and as far as the store has their rows.
day.archived_change_count IS DISTINCT FROM day.change_count
  AND day.local_date < (%(closed_at)s::timestamptz AT TIME ZONE coalesce(sources.zone, city_zone()))::date
  AND day.changed_at <= %(quiet_since)s
  AND NOT EXISTS (
      SELECT FROM archive_parts AS part
      WHERE part.source_id = day.source_id AND part.let_go_at IS NOT NULL
        AND day.local_date BETWEEN (part.starts_at AT TIME ZONE coalesce(sources.zone, city_zone()))::date
            AND ((part.ends_at - INTERVAL '1 microsecond') AT TIME ZONE coalesce(sources.zone, city_zone()))::date)
  AND NOT EXISTS (
      SELECT FROM failures
      WHERE job = %(job)s AND subject = sources.code || '/' || day.local_date AND failures.due_at > %(now)s)

-- due_days --
-- The oldest days that are due. A date is text here, since not every date of the database is one of the calendar of Python.
SELECT day.source_id, sources.code, day.local_date::text, coalesce(sources.zone, city_zone())
FROM dataset_days AS day
JOIN sources USING (source_id)
WHERE
-- + due_condition
ORDER BY day.local_date, day.source_id
LIMIT %(days_max)s

-- old_condition --
-- Parts that are old enough, hold all changes of their day, as the bulk file does, and are wanted by nobody.
part.let_go_at IS NULL AND part.damage IS NULL AND part.wanted_at IS NULL
  AND coalesce(part.keep_until, '-infinity') <= %(now)s
  AND part.ends_at <= coalesce(
      (SELECT age.old_before FROM unnest(%(sectors)s::text[], %(old_before)s::timestamptz[]) AS age (sector, old_before)
       WHERE age.sector = part.sector),
      %(others_old_before)s::timestamptz)
  AND day.change_count = part.change_count AND day.archived_change_count = day.change_count
  AND day.written_change_count = day.change_count
  AND NOT EXISTS (
      SELECT FROM failures
      WHERE job = %(job)s AND subject = sources.code || '/' || part.sector || '/' || part.local_date
        AND failures.due_at > %(now)s)

-- wanted_condition --
-- Parts of which the store must have the rows again: somebody asked for them, or they or the day's bulk file lack changes.
part.let_go_at IS NOT NULL
  AND (part.wanted_at IS NOT NULL OR day.archived_change_count IS DISTINCT FROM day.change_count
       OR day.written_change_count IS DISTINCT FROM day.change_count)
  AND NOT EXISTS (
      SELECT FROM failures
      WHERE job = %(job)s AND subject = sources.code || '/' || part.sector || '/' || part.local_date
        AND failures.due_at > %(now)s)

-- any_due --
-- Whether a run would find something to do.
SELECT EXISTS (
    SELECT FROM dataset_days AS day JOIN sources USING (source_id)
    WHERE
    -- + due_condition
) OR EXISTS (
    SELECT FROM archive_parts AS part
    JOIN sources USING (source_id)
    JOIN dataset_days AS day USING (source_id, local_date)
    WHERE
    -- + old_condition
) OR EXISTS (
    SELECT FROM archive_parts AS part
    JOIN sources USING (source_id)
    JOIN dataset_days AS day USING (source_id, local_date)
    WHERE
    -- + wanted_condition
)

-- part_columns --
-- In step with the fields of Part.
part.source_id, sources.code AS dataset, part.sector, part.local_date, part.path, part.version, part.starts_at, part.ends_at,
       part.row_count, part.flag_count, part.byte_count, part.sha256, part.rows_digest, part.written_at, part.verified_at,
       part.let_go_at, part.wanted_at, part.damage

-- old_parts --
-- What the store can let go of, the oldest first.
SELECT
-- + part_columns
FROM archive_parts AS part
JOIN sources USING (source_id)
JOIN dataset_days AS day USING (source_id, local_date)
WHERE
-- + old_condition
ORDER BY part.local_date, part.source_id, part.sector
LIMIT %(parts_max)s

-- wanted_parts --
-- What the store must have again, the longest wanted first.
SELECT
-- + part_columns
FROM archive_parts AS part
JOIN sources USING (source_id)
JOIN dataset_days AS day USING (source_id, local_date)
WHERE
-- + wanted_condition
ORDER BY part.wanted_at NULLS LAST, part.local_date, part.source_id, part.sector
LIMIT %(parts_max)s

-- parts --
-- All parts of a dataset or of all, of some days or of all; those whose bytes have been unread longest come first.
SELECT
-- + part_columns
FROM archive_parts AS part
JOIN sources USING (source_id)
WHERE (%(dataset)s::text IS NULL OR sources.code = %(dataset)s)
  AND (%(sector)s::text IS NULL OR part.sector = %(sector)s)
  AND (%(first)s::date IS NULL OR part.local_date >= %(first)s)
  AND (%(last)s::date IS NULL OR part.local_date <= %(last)s)
ORDER BY part.verified_at, part.local_date, part.source_id, part.sector

-- parts_of_day --
-- What the archive holds of a day.
SELECT
-- + part_columns
FROM archive_parts AS part
JOIN sources USING (source_id)
WHERE part.source_id = %(source_id)s AND part.local_date = %(local_date)s

-- begin_reading --
-- From here on every statement of the transaction sees the same state.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- change_count --
-- How often a day has changed.
SELECT change_count FROM dataset_days WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- datastreams --
-- The datastreams of a source with their sectors.
SELECT property.sector, datastream.datastream_id, thing.code, datastream.observed_property_code, datastream.unit,
       datastream.result_type
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
WHERE thing.source_id = %(source_id)s
ORDER BY datastream.datastream_id

-- note_part --
-- The archive holds a day's part, with so many changes.
INSERT INTO archive_parts AS part
    (source_id, local_date, sector, path, change_count, version, starts_at, ends_at, first_datastream_id, last_datastream_id,
     row_count, flag_count, byte_count, sha256, rows_digest, first_phenomenon_time, written_at, verified_at)
VALUES (%(source_id)s, %(local_date)s, %(sector)s, %(path)s, %(change_count)s, 1, %(starts_at)s, %(ends_at)s, %(first_datastream_id)s,
        %(last_datastream_id)s, %(row_count)s, %(flag_count)s, %(byte_count)s, %(sha256)s, %(rows_digest)s,
        %(first_phenomenon_time)s, %(written_at)s, %(written_at)s)
ON CONFLICT (source_id, local_date, sector) DO UPDATE SET
    path = EXCLUDED.path, change_count = EXCLUDED.change_count,
    version = part.version + (part.rows_digest <> EXCLUDED.rows_digest)::integer,
    starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
    first_datastream_id = EXCLUDED.first_datastream_id, last_datastream_id = EXCLUDED.last_datastream_id,
    row_count = EXCLUDED.row_count, flag_count = EXCLUDED.flag_count, byte_count = EXCLUDED.byte_count,
    sha256 = EXCLUDED.sha256, rows_digest = EXCLUDED.rows_digest,
    first_phenomenon_time = EXCLUDED.first_phenomenon_time, written_at = EXCLUDED.written_at,
    verified_at = EXCLUDED.verified_at, damage = NULL, damaged_at = NULL

-- note_unchanged --
-- The file of a part holds so many changes of the day as it is.
UPDATE archive_parts SET change_count = %(change_count)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s

-- forget_part --
-- Nothing is left in the store of what a part held when it was written.
DELETE FROM archive_parts
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s AND let_go_at IS NULL

-- note_archived --
-- The archive holds so many changes of a day.
UPDATE dataset_days SET archived_change_count = %(change_count)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- note_verified --
-- The bytes of a file are its own.
UPDATE archive_parts SET verified_at = %(at)s, damage = NULL, damaged_at = NULL WHERE path = %(path)s

-- note_damage --
-- They are not. The first look at which that was found counts, and the file comes last next time.
UPDATE archive_parts SET damage = %(damage)s, damaged_at = coalesce(damaged_at, %(at)s), verified_at = %(at)s
WHERE path = %(path)s

-- renew_days --
-- Of a damaged file the days that the store has are due again.
UPDATE dataset_days AS day SET archived_change_count = NULL
FROM archive_parts AS part
WHERE part.path = %(path)s AND part.let_go_at IS NULL
  AND day.source_id = part.source_id AND day.local_date = part.local_date

-- lock_rollups --
-- No roll-up reads rows while they leave; see the statement of the same name for roll-ups.
SELECT pg_advisory_xact_lock(hashtext('falaj_rollups'))

-- limit_waiting --
-- Roll-ups that are at work are waited for so long.
SELECT set_config('lock_timeout', %(milliseconds)s, true)

-- lock_part --
-- A part that is still as it was read, with all changes of its day.
SELECT FROM archive_parts AS part
JOIN dataset_days AS day USING (source_id, local_date)
WHERE part.source_id = %(source_id)s AND part.local_date = %(local_date)s AND part.sector = %(sector)s
  AND part.version = %(version)s AND part.sha256 = %(sha256)s AND part.let_go_at IS NULL AND part.wanted_at IS NULL
  AND day.change_count = part.change_count AND day.written_change_count = day.change_count
FOR UPDATE OF part

-- has_unfinished --
-- Whether roll-ups have yet to read rows of the source in this stretch of time, or next to it.
WITH own AS MATERIALIZED (
    SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE source_id = %(source_id)s
)
SELECT EXISTS (
    SELECT FROM dirty_buckets
    CROSS JOIN LATERAL unnest(datastream_ids, bucket_hours) AS noted (datastream_id, bucket_hour)
    JOIN own USING (datastream_id)
    WHERE bucket_hour BETWEEN floor(extract(epoch FROM %(start)s::timestamptz) / 3600) - 25
                          AND ceil(extract(epoch FROM %(end)s::timestamptz) / 3600) + 25
) OR EXISTS (
    SELECT FROM added_hours JOIN own USING (datastream_id)
    WHERE bucket_start BETWEEN %(start)s::timestamptz - INTERVAL '25 hours' AND %(end)s::timestamptz + INTERVAL '25 hours'
) OR EXISTS (
    SELECT FROM dirty_days JOIN own USING (datastream_id)
    WHERE bucket_start BETWEEN %(start)s::timestamptz - INTERVAL '50 hours' AND %(end)s::timestamptz + INTERVAL '25 hours'
) OR EXISTS (
    SELECT FROM set_aside_buckets JOIN own USING (datastream_id)
    WHERE bucket_seconds <= 86400
      AND bucket_epoch BETWEEN extract(epoch FROM %(start)s::timestamptz) - 180000
                           AND extract(epoch FROM %(end)s::timestamptz) + 90000
)

-- note_let_go --
-- From here on readers find a part's rows in the archive.
UPDATE archive_parts SET let_go_at = %(at)s, keep_until = NULL
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s

-- renew_day --
-- The archive does not hold a day as the store does: it is due again.
UPDATE dataset_days SET archived_change_count = NULL
WHERE source_id = %(source_id)s AND local_date = %(local_date)s

-- months --
-- Months of a sector whose parts are all gone, of an age at which nothing is expected to come, and lie in several files that are not
-- too large for one.
SELECT source_id, sector, first_day
FROM (
    SELECT source_id, sector, date_trunc('month', local_date)::date AS first_day
    FROM archive_parts
    GROUP BY 1, 2, 3
    HAVING bool_and(coalesce(let_go_at <= %(gone_before)s, false) AND wanted_at IS NULL AND damage IS NULL)
       AND count(DISTINCT path) > 1 AND sum(row_count) <= %(rows_max)s
       AND max(ends_at) + INTERVAL '31 days' < %(now)s
) AS month
JOIN sources USING (source_id)
WHERE NOT EXISTS (
    SELECT FROM failures
    WHERE job = %(job)s AND subject = sources.code || '/' || sector || '/' || to_char(first_day, 'YYYY-MM')
      AND failures.due_at > %(now)s)
ORDER BY first_day, source_id, sector
LIMIT %(parts_max)s

-- parts_of_month --
-- What is to be in one file.
SELECT
-- + part_columns
FROM archive_parts AS part
JOIN sources USING (source_id)
WHERE part.source_id = %(source_id)s AND part.sector = %(sector)s
  AND date_trunc('month', part.local_date)::date = %(month)s
ORDER BY part.local_date

-- note_leftover --
-- A file that no part needs.
INSERT INTO archive_leftovers (path, left_at) VALUES (%(path)s, %(at)s)
ON CONFLICT (path) DO UPDATE SET left_at = EXCLUDED.left_at

-- note_merged --
-- Parts are in another file from now on, as far as nothing happened to them meanwhile.
UPDATE archive_parts SET path = %(path)s, byte_count = %(byte_count)s, sha256 = %(sha256)s, verified_at = %(at)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s
  AND path = %(old_path)s AND sha256 = %(old_sha256)s AND let_go_at IS NOT NULL

-- leftovers --
-- Files that nobody needs and nobody reads any more.
SELECT path FROM archive_leftovers AS leftover
WHERE left_at <= %(left_before)s AND NOT EXISTS (SELECT FROM archive_parts WHERE archive_parts.path = leftover.path)
LIMIT %(parts_max)s

-- forget_leftover --
-- It is removed, or was never one.
DELETE FROM archive_leftovers WHERE path = %(path)s

-- drop_empty_chunks --
-- Give the room back of what is empty.
SELECT drop_empty_chunks(%(before)s)

-- note_restored --
-- From here on readers find a part's rows in the store.
UPDATE archive_parts SET let_go_at = NULL, wanted_at = NULL, keep_until = %(keep_until)s
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s

-- keep --
-- What is restored by hand stays for a while, also where the store has it already.
UPDATE archive_parts SET keep_until = greatest(keep_until, %(keep_until)s)
WHERE source_id = %(source_id)s AND local_date = %(local_date)s AND sector = %(sector)s
