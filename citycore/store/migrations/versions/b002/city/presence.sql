-- Whether things are there, and how often their values are to be expected.

-- The interval of a datastream over time, so that the coverage of old days stays true when it changes.
CREATE TABLE datastream_intervals (
    datastream_id     integer NOT NULL REFERENCES datastreams (datastream_id) ON DELETE CASCADE,
    since             timestamptz NOT NULL,
    interval_seconds  integer NOT NULL CHECK (interval_seconds > 0),
    -- Learned from what came, or declared by whoever registered it.
    is_learned        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (datastream_id, since)
);
INSERT INTO datastream_intervals (datastream_id, since, interval_seconds)
SELECT datastream_id, '-infinity', interval_seconds FROM datastreams WHERE interval_seconds IS NOT NULL;

-- What a thing, or a gateway for it, last said of its connection.
CREATE TABLE thing_connections (
    thing_id      integer PRIMARY KEY REFERENCES things (thing_id) ON DELETE CASCADE,
    is_connected  boolean NOT NULL,
    since         timestamptz NOT NULL,
    -- 'last_will', 'birth', 'death', 'availability'
    reason        text NOT NULL
);

-- When nothing came although it was due, and why as far as is known. An open gap has no end.
CREATE TABLE gaps (
    datastream_id  integer NOT NULL REFERENCES datastreams (datastream_id) ON DELETE CASCADE,
    began_at       timestamptz NOT NULL,
    ended_at       timestamptz CHECK (ended_at > began_at),
    reason         text NOT NULL CHECK (reason IN ('offline', 'hub_away', 'refused', 'unknown')),
    PRIMARY KEY (datastream_id, began_at)
);

GRANT SELECT ON datastream_intervals, thing_connections, gaps TO falaj_ingest, falaj_read, falaj_worker;
GRANT INSERT, UPDATE ON thing_connections TO falaj_ingest;
GRANT INSERT, UPDATE, DELETE ON datastream_intervals, gaps TO falaj_worker;
