-- More of every bucket: its first and last value that counts, and the total where amounts add up (NULL elsewhere).
-- A row is written anew many times while its bucket goes on: with room on its page the new version stays there, no
-- index is touched, and the next one takes the place of the last.
ALTER TABLE observations_quarter_hourly
    ADD COLUMN first_result double precision,
    ADD COLUMN last_result double precision,
    ADD COLUMN total double precision,
    -- The newest observation of any flag that is in the row: what is newer can be added without reading the rest.
    ADD COLUMN counted_until timestamptz;
ALTER TABLE observations_hourly
    ADD COLUMN first_result double precision,
    ADD COLUMN last_result double precision,
    ADD COLUMN total double precision,
    ADD COLUMN counted_until timestamptz;
ALTER TABLE observations_daily
    ADD COLUMN first_result double precision,
    ADD COLUMN last_result double precision,
    ADD COLUMN total double precision;
ALTER TABLE observations_quarter_hourly SET (fillfactor = 75);
ALTER TABLE observations_hourly SET (fillfactor = 75);
ALTER TABLE observations_daily SET (fillfactor = 75);

-- Local months and years, from their days: counts, extremes and totals are those of the days that have any, the mean is
-- that of the valid days' means (NULL where fewer than three quarters of the days are valid), deviation and quantiles are
-- those of the valid hours' means.
CREATE TABLE observations_monthly (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   bigint NOT NULL,
    expected_count      bigint,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          bigint NOT NULL,
    not_evaluated_count bigint NOT NULL,
    suspect_count       bigint NOT NULL,
    bad_count           bigint NOT NULL,
    valid_day_count     integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    first_result        double precision,
    last_result         double precision,
    total               double precision,
    PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor = 75);
CREATE TABLE observations_yearly (LIKE observations_monthly INCLUDING ALL) WITH (fillfactor = 75);

-- Months (1) and years (12) whose days were computed anew after they were; the worker notes and removes them.
CREATE TABLE dirty_periods (
    bucket_months  smallint NOT NULL CHECK (bucket_months IN (1, 12)),
    datastream_id  integer NOT NULL,
    bucket_start   timestamptz NOT NULL,
    noted_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bucket_months, datastream_id, bucket_start)
);
CREATE INDEX dirty_periods_oldest ON dirty_periods (noted_at);

-- Of each hour the first and the last instant (in microseconds since 1970) at which the batch put something, in step with
-- the other arrays. Where all of it is newer than what the roll-ups hold, it is added to them; the least bigint says that
-- something older was changed. Without these arrays anything may have happened, and what has no observations any more goes.
ALTER TABLE dirty_buckets
    ADD COLUMN first_times bigint[],
    ADD COLUMN last_times bigint[];

-- Hours to which values were added, so that their quantiles are still those of before: computed whole once they have ended.
CREATE TABLE added_hours (
    datastream_id  integer NOT NULL,
    bucket_start   timestamptz NOT NULL,
    noted_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
CREATE INDEX added_hours_oldest ON added_hours (bucket_start);

-- Notes come and go all the time: what is left of them is cleared away before it is more than the notes.
-- Those of a batch are long, and lie in the table's second one.
ALTER TABLE dirty_buckets SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 2000);
ALTER TABLE dirty_days SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE dirty_periods SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE added_hours SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

COMMENT ON COLUMN set_aside_buckets.bucket_seconds IS
    '900, 3600, for a local day 86400, for a month 2592000, for a year 31536000: names of widths, not their lengths.';

-- The days of these datastreams lie elsewhere from now on, and with them their months and years: what was computed goes, and
-- is noted anew with the days.
CREATE OR REPLACE FUNCTION renew_days(datastream_ids integer[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM observations_daily
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (
        VALUES (bucket_start), (bucket_start + INTERVAL '12 hours'), (bucket_start + INTERVAL '24 hours')
    ) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM dirty_days
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (VALUES (bucket_start), (bucket_start + INTERVAL '24 hours')) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    DELETE FROM dirty_days USING datastream_zones AS own
    WHERE dirty_days.datastream_id = ANY (datastream_ids) AND own.datastream_id = dirty_days.datastream_id
      AND bucket_start <> local_day_start((bucket_start AT TIME ZONE own.zone)::date, own.zone);
    DELETE FROM observations_daily WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM observations_monthly WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM observations_yearly WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM dirty_periods WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM set_aside_buckets WHERE datastream_id = ANY (datastream_ids) AND bucket_seconds >= 86400;
$$;

GRANT INSERT, UPDATE, DELETE ON observations_monthly, observations_yearly TO falaj_worker;
GRANT INSERT, DELETE ON dirty_periods, added_hours TO falaj_worker;
GRANT SELECT ON observations_monthly, observations_yearly, dirty_periods, added_hours TO falaj_worker;
GRANT SELECT ON observations_monthly, observations_yearly TO falaj_read;

-- All roll-ups once more, for what they did not have: at the very end of the ledger, so that what comes in meanwhile is
-- served first.
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours, first_times, last_times)
SELECT coalesce((SELECT min(batch_id) FROM dirty_buckets WHERE batch_id > 9000000000000000000), 9223372036854775807)
       - row_number() OVER (),
       array_agg(datastream_id), array_agg(floor(extract(epoch FROM bucket_start) / 3600)::integer),
       array_agg((-9223372036854775808)::bigint), array_agg(0::bigint)
FROM observations_hourly
GROUP BY datastream_id, time_bucket(INTERVAL '28 days', bucket_start);
