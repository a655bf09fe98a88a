-- What was measured.
-- No foreign key to datastreams: it would cost one look-up a row on the write path, and only
-- ingest writes here, with ids that it has just read from the registry.

CREATE TABLE observations (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           double precision NOT NULL,
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_batch ON observations USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE observations_category (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           text NOT NULL,
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations_category', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_category_batch ON observations_category USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE observations_position (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    longitude        double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    latitude         double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations_position', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_position_batch ON observations_position USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

-- The newest observation of every datastream, by phenomenon time.
CREATE TABLE latest (
    datastream_id    integer PRIMARY KEY REFERENCES datastreams (datastream_id),
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           double precision,
    result_text      text,
    longitude        double precision,
    latitude         double precision,
    batch_id         bigint NOT NULL
) WITH (fillfactor = 70);
