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

-- When nothing came although it was due, and why as far as is known: from the value before to the one after it. An
-- open gap has no end.
CREATE TABLE gaps (
    datastream_id  integer NOT NULL REFERENCES datastreams (datastream_id) ON DELETE CASCADE,
    began_at       timestamptz NOT NULL,
    ended_at       timestamptz CHECK (ended_at > began_at),
    reason         text NOT NULL CHECK (reason IN ('offline', 'hub_away', 'refused', 'unknown')),
    PRIMARY KEY (datastream_id, began_at)
);

CREATE INDEX gaps_open ON gaps (datastream_id) WHERE ended_at IS NULL;

-- Why, as far as the hub knows: the thing or a gateway said that it was away; its messages were refused; or nothing came
-- in from anything, although there is more than one thing.
CREATE FUNCTION gap_reason(datastream integer, began timestamptz, ended timestamptz, seconds integer) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM thing_connections
            WHERE thing_connections.thing_id = own.thing_id AND thing_connections.since >= began
              AND thing_connections.since <= coalesce(ended, now()) + make_interval(secs => seconds)
              AND (ended IS NOT NULL OR NOT is_connected)) THEN 'offline'
        WHEN EXISTS (
            SELECT FROM dead_letters
            WHERE status = 'open' AND last_received_at > began AND first_received_at < coalesce(ended, now())
              AND (topic = own.topic OR starts_with(topic, own.topic || '/'))) THEN 'refused'
        WHEN (SELECT committed_at FROM ingest_batches ORDER BY batch_id LIMIT 1) < began
             AND (SELECT count(*) FROM (SELECT FROM things LIMIT 2) AS two) > 1
             AND NOT EXISTS (
                 SELECT FROM ingest_batches
                 WHERE committed_at > began + make_interval(secs => seconds) AND committed_at < coalesce(ended, now()))
            THEN 'hub_away'
        ELSE 'unknown' END
    FROM (
        SELECT things.thing_id, 'falaj/v1/' || sources.code || '/' || coalesce(things.device, things.code) AS topic
        FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)
        WHERE datastream_id = datastream
    ) AS own
$$;

GRANT SELECT ON datastream_intervals, thing_connections, gaps TO falaj_ingest, falaj_read, falaj_worker;
GRANT INSERT, UPDATE ON thing_connections TO falaj_ingest;
GRANT INSERT, UPDATE, DELETE ON datastream_intervals, gaps TO falaj_worker;
-- The interval that holds now may be one that was learned.
GRANT UPDATE (interval_seconds) ON datastreams TO falaj_worker;
