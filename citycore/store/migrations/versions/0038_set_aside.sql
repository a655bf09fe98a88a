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

GRANT SELECT, INSERT, UPDATE, DELETE ON set_aside_buckets TO falaj_worker;
-- What a bucket said before it was set aside must not be taken for what it is now.
GRANT DELETE ON observations_hourly, observations_quarter_hourly, observations_daily TO falaj_worker;
-- How many there are, for the public status page; not which.
GRANT SELECT (bucket_seconds, set_aside_at) ON set_aside_buckets TO falaj_read;

-- Rows without a result: nothing was received, so they are no part of the account.
ALTER TABLE loads ADD COLUMN missing bigint NOT NULL DEFAULT 0;
