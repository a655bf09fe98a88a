-- Hours labelled by their beginning. Mean, extremes, deviation and quantiles leave out
-- values flagged 4 (bad) and 9 (missing); the counts by flag say how many there were.
CREATE TABLE observations_hourly (
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
SELECT create_hypertable('observations_hourly', by_range('bucket_start', INTERVAL '180 days'),
                         create_default_indexes => false);

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

-- Quarters, hours and local days whose roll-up the database cannot compute (two results whose sum
-- overflows, say), with the reason, until they can be computed after a change.
CREATE TABLE set_aside_buckets (
    datastream_id   integer NOT NULL,
    -- 900, 3600 or, for a local day, 86400.
    bucket_seconds  integer NOT NULL,
    -- Its begin in seconds since 1970: also where that is no instant that the database can hold.
    bucket_epoch    bigint NOT NULL,
    reason          text NOT NULL,
    set_aside_at    timestamptz NOT NULL DEFAULT now(),
    tried_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_seconds, bucket_epoch)
);
CREATE INDEX set_aside_buckets_tried ON set_aside_buckets (tried_at);
