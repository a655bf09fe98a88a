-- Hours of things whose pollutants were rolled up anew: that hour and the 23 after it are judged again once they are over.
-- Written by the roll-up, in its transaction, and without a key to thing and hour, so that it waits for nobody.
CREATE TABLE air_quality_notes (
    note_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thing_id      integer NOT NULL,
    bucket_start  timestamptz NOT NULL
);
CREATE INDEX air_quality_notes_hour ON air_quality_notes (bucket_start, thing_id);

-- One hour of one thing by one index (us, eu, who), labelled by its beginning; docs/air-quality.md. NULL where too little
-- was there to go by; the parts say how much.
CREATE TABLE air_quality_hours (
    thing_id           integer NOT NULL,
    index_code         text NOT NULL CHECK (index_code IN ('us', 'eu', 'who')),
    bucket_start       timestamptz NOT NULL,
    -- Of an index that has numbers, and NULL beyond its end.
    value              integer,
    is_beyond          boolean NOT NULL,
    level              text,
    level_rank         integer,
    -- Of the part that decides.
    observed_property  text,
    span               text,
    method             text,
    coverage           double precision,
    parts              jsonb NOT NULL,
    computed_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (thing_id, index_code, bucket_start)
);
SELECT create_hypertable('air_quality_hours', by_range('bucket_start', INTERVAL '180 days'),
                         create_default_indexes => false);

-- Hours that cannot be judged, with the reason, until they can be after a change.
CREATE TABLE air_quality_set_aside (
    thing_id      integer NOT NULL,
    bucket_start  timestamptz NOT NULL,
    reason        text NOT NULL,
    set_aside_at  timestamptz NOT NULL DEFAULT now(),
    tried_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (thing_id, bucket_start)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON air_quality_notes, air_quality_hours, air_quality_set_aside TO falaj_worker;
GRANT SELECT ON air_quality_hours TO falaj_read;
GRANT SELECT (set_aside_at) ON air_quality_set_aside TO falaj_read;
-- Whether anything has changed since.
GRANT SELECT (note_id) ON air_quality_notes TO falaj_read;
GRANT SELECT ON SEQUENCE air_quality_notes_note_id_seq TO falaj_read;

-- What there is already.
INSERT INTO air_quality_notes (thing_id, bucket_start)
SELECT DISTINCT thing_id, bucket_start
FROM observations_hourly
JOIN datastreams USING (datastream_id)
WHERE observed_property_code IN ('co', 'no2', 'o3', 'pm10', 'pm2_5', 'so2')
  AND bucket_start BETWEEN '1970-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z';
