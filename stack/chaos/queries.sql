-- datastream_ids --
-- The datastreams of the source, by thing and observed property.
SELECT things.code, datastreams.observed_property_code, datastreams.datastream_id
FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)
WHERE sources.code = %(source)s

-- rows_measurement --
-- Every stored measurement, times in microseconds since 1970.
SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000000)::bigint, result FROM observations

-- rows_category --
-- Every stored category by its place in the list of texts (from 0), -1 if it is not of it.
SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000000)::bigint,
       (coalesce(array_position(%(texts)s::text[], result), 0) - 1)::double precision
FROM observations_category

-- rows_position --
-- Every stored position.
SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000000)::bigint, longitude, latitude
FROM observations_position

-- ledger --
-- The sum over the ledger's rows.
SELECT count(*), coalesce(sum(messages), 0), coalesce(sum(received), 0), coalesce(sum(stored), 0),
       coalesce(sum(duplicate), 0), coalesce(sum(conflicting), 0), coalesce(sum(quarantined), 0)
FROM ingest_batches

-- running_totals --
-- The same as ingest kept it while it wrote.
SELECT coalesce(sum(batches), 0), coalesce(sum(messages), 0), coalesce(sum(received), 0),
       coalesce(sum(stored), 0), coalesce(sum(duplicate), 0), coalesce(sum(conflicting), 0),
       coalesce(sum(quarantined), 0)
FROM ingest_totals

-- open_rows --
-- Rows of the ledger that do not close; a constraint forbids them, so this must stay 0.
SELECT count(*) FROM ingest_batches WHERE received <> stored + duplicate + conflicting + quarantined

-- dead_letters --
-- What was refused, whole, with its reason.
SELECT dead_letter_id AS number, topic, payload, reason FROM dead_letters

-- longest_stall --
-- Seconds of the longest time without a commit, from the start of publishing to the last commit.
SELECT coalesce(max(extract(epoch FROM committed_at - before)), 0)::double precision
FROM (
    SELECT committed_at,
           lag(committed_at, 1, %(begin)s::timestamptz) OVER (ORDER BY committed_at) AS before
    FROM ingest_batches WHERE committed_at >= %(begin)s::timestamptz
) AS commits

-- disordered --
-- Batches that brought a datastream something older than a batch before them. What was found to be a spike counts as
-- changed by the batch that found it, and came before.
SELECT count(*) FROM (
    SELECT min(phenomenon_time) < lag(max(phenomenon_time))
               OVER (PARTITION BY datastream_id ORDER BY batch_id) AS is_older
    FROM observations
    WHERE NOT EXISTS (
        SELECT FROM observation_flags AS flag
        WHERE flag.datastream_id = observations.datastream_id
          AND flag.phenomenon_time = observations.phenomenon_time AND flag.test = 'spike'
    )
    GROUP BY datastream_id, batch_id
) AS steps WHERE is_older

-- unrolled --
-- Hours with measurements of which there is no hourly figure.
SELECT count(*) FROM (
    SELECT DISTINCT datastream_id, date_trunc('hour', phenomenon_time, 'UTC') AS bucket_start FROM observations
) AS touched
WHERE NOT EXISTS (
    SELECT FROM observations_hourly AS hourly
    WHERE hourly.datastream_id = touched.datastream_id AND hourly.bucket_start = touched.bucket_start
)

-- ingest_backends --
-- The server processes that serve ingest.
SELECT pid FROM pg_stat_activity WHERE usename = 'falaj_ingest' AND datname = current_database()

-- ingest_waits_for_lock --
-- Whether ingest stands before a lock.
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE usename = 'falaj_ingest' AND datname = current_database() AND wait_event_type = 'Lock'
)

-- cut_connections --
-- End every connection of ingest.
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'falaj_ingest'

-- lock_latest --
-- Nobody reads or writes the newest values until we end.
LOCK TABLE latest IN ACCESS EXCLUSIVE MODE

-- lock_last_row --
-- Hold the row that a batch of ingest reaches last.
UPDATE latest SET quality = quality WHERE datastream_id = (SELECT max(datastream_id) FROM latest)

-- lock_first_row --
-- Want the row that a batch of ingest reaches first.
UPDATE latest SET quality = quality WHERE datastream_id = (SELECT min(datastream_id) FROM latest)

-- be_patient --
-- Find deadlocks late, so that the other side finds them first, and never wait forever.
SELECT set_config('deadlock_timeout', '8s', false), set_config('lock_timeout', '15s', false)

-- isolate_strictly --
-- New connections of ingest may meet serialization failures.
ALTER ROLE falaj_ingest SET default_transaction_isolation = 'repeatable read'

-- isolate_normally --
-- As it was.
ALTER ROLE falaj_ingest RESET default_transaction_isolation

-- newest --
-- The newest instant that is stored of the source, NULL before the first.
SELECT max(phenomenon_time) FROM latest
