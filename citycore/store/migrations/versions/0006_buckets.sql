-- Quarter hours, as observations_hourly has hours.
CREATE TABLE observations_quarter_hourly (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   integer NOT NULL,
    expected_count      integer,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count       integer NOT NULL,
    bad_count           integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
SELECT create_hypertable('observations_quarter_hourly', by_range('bucket_start', INTERVAL '60 days'),
                         create_default_indexes => false);

-- Local days of the city, labelled by the instant of their midnight. The mean is that of the valid
-- hours' means, and NULL where fewer than three quarters of the hours are valid.
CREATE TABLE observations_daily (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   integer NOT NULL,
    expected_count      integer,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count       integer NOT NULL,
    bad_count           integer NOT NULL,
    valid_hour_count    integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
SELECT create_hypertable('observations_daily', by_range('bucket_start', INTERVAL '1800 days'),
                         create_default_indexes => false);

-- Local days whose hours were recomputed after the day was; the worker notes and removes them.
CREATE TABLE dirty_days (
    datastream_id  integer NOT NULL,
    bucket_start   timestamptz NOT NULL,
    noted_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
CREATE INDEX dirty_days_oldest ON dirty_days (bucket_start);

GRANT SELECT ON observations_quarter_hourly, observations_daily, dirty_days TO falaj_worker;
GRANT INSERT, UPDATE ON observations_quarter_hourly, observations_daily TO falaj_worker;
GRANT INSERT, DELETE ON dirty_days TO falaj_worker;
GRANT SELECT ON observations_quarter_hourly, observations_daily TO falaj_read;

-- Every hour that is rolled up already is dirty again, at the very end of the ledger, so that
-- what comes in meanwhile is served first.
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
SELECT 9223372036854775807 - row_number() OVER (),
       array_agg(datastream_id), array_agg(floor(extract(epoch FROM bucket_start) / 3600)::integer)
FROM observations_hourly
GROUP BY datastream_id, time_bucket(INTERVAL '28 days', bucket_start);
