-- Tests of quality (QARTOD), by property and by datastream, and which of them flagged what.

ALTER TABLE observed_properties
    -- {"spike": {"suspect": 50, "fail": 100}, "sentinel": {"values": [-200, 999]}, …}; docs/quality.md.
    ADD COLUMN quality_tests jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(quality_tests) = 'object');
ALTER TABLE datastreams
    -- The same, test by test, instead of the property's; null switches one off.
    ADD COLUMN quality_tests jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(quality_tests) = 'object');

-- One row for each test that flagged an observation as suspect (3) or bad (4); the observation has the worst.
CREATE TABLE observation_flags (
    datastream_id    integer NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    test             text NOT NULL,
    quality          smallint NOT NULL CHECK (quality IN (3, 4)),
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time, test)
);
SELECT create_hypertable('observation_flags', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);

GRANT SELECT, INSERT, UPDATE ON observation_flags TO falaj_ingest;
GRANT SELECT ON observation_flags TO falaj_read, falaj_worker;
