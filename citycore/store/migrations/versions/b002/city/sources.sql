-- A source binds topics to a format, and belongs to somebody.

ALTER TABLE sources
    -- The format of its messages: the code of a decoder (ingest/decoders).
    ADD COLUMN decoder text NOT NULL DEFAULT 'native' CHECK (decoder ~ '^[a-z][a-z0-9_]{0,62}$'),
    -- Topics of its own beside falaj/v1/SOURCE/#, where devices or gateways cannot be told another one.
    ADD COLUMN topic_filters text[] NOT NULL DEFAULT '{}',
    -- From a name as sent to what it means here:
    -- {"temp1": {"observed_property": "air_temperature", "sensor": "roof", "unit": "Cel"}, "debug": null}.
    -- null: known and not wanted; it is counted as ignored.
    ADD COLUMN mapping jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(mapping) = 'object'),
    -- How raw bytes are read, for devices that send nothing else (docs/formats.md).
    ADD COLUMN codec jsonb,
    -- 'organisation:ID' or 'team:ID' of the programme; nothing: the operator's.
    ADD COLUMN owner text CHECK (owner ~ '^(organisation|team):[0-9a-f-]{36}$');
CREATE INDEX sources_owner ON sources (owner) WHERE owner IS NOT NULL;

ALTER TABLE places
    -- The zone of its days, where it differs from the city's.
    ADD COLUMN zone text;

ALTER TABLE things
    -- What the device calls itself in its messages (0x1067, urn:dev:ow:10e2073a01080063); nothing: its code.
    ADD COLUMN device text;
CREATE UNIQUE INDEX things_device ON things (source_id, device) WHERE device IS NOT NULL;

-- Where a thing stood and since when; the newest row is also in things.
CREATE TABLE thing_locations (
    thing_id    integer NOT NULL REFERENCES things (thing_id) ON DELETE CASCADE,
    since       timestamptz NOT NULL,
    longitude   double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    latitude    double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    place_code  text REFERENCES places (code) ON DELETE SET NULL,
    PRIMARY KEY (thing_id, since)
);
INSERT INTO thing_locations (thing_id, since, longitude, latitude, place_code)
SELECT thing_id, created_at, longitude, latitude, place_code FROM things WHERE longitude IS NOT NULL;

-- What measures: a kind of device, described once for all things that carry one.
CREATE TABLE sensors (
    sensor_id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- As devices name their chips and channels: bme280, switch:0, Meter1.
    code           text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$'),
    name_en        text NOT NULL,
    name_ar        text NOT NULL,
    manufacturer   text,
    model          text,
    datasheet_url  text
);

ALTER TABLE datastreams
    -- Two sensors of one thing may observe the same property: in messages "air_temperature/bmp280".
    ADD COLUMN sensor_id integer REFERENCES sensors (sensor_id),
    DROP CONSTRAINT datastreams_thing_id_observed_property_code_key,
    ADD CONSTRAINT datastreams_thing_property_sensor
        UNIQUE NULLS NOT DISTINCT (thing_id, observed_property_code, sensor_id);

-- In which unit results came, and how they were converted into the datastream's: result = sent * factor + shift.
-- So what was sent is kept; a device that changes its unit opens a new segment.
CREATE TABLE datastream_units (
    datastream_id  integer NOT NULL REFERENCES datastreams (datastream_id) ON DELETE CASCADE,
    since          timestamptz NOT NULL,
    sent_unit      text NOT NULL,
    factor         double precision NOT NULL CHECK (factor <> 0),
    shift          double precision NOT NULL,
    -- What a conversion between amount and mass rests on, e.g. "25 Cel, 1 atm".
    convention     text,
    noted_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, since)
);

-- What a format has to remember between messages: aliases of Sparkplug B, descriptions of Home Assistant.
CREATE TABLE decoder_memory (
    source_id   integer NOT NULL REFERENCES sources (source_id) ON DELETE CASCADE,
    key         text NOT NULL CHECK (length(key) <= 500),
    value       jsonb NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, key)
);

-- Who may publish or post for a source, or for one thing of it. The secret is never kept, only its SHA-256.
CREATE TABLE source_credentials (
    source_credential_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id      integer NOT NULL REFERENCES sources (source_id) ON DELETE CASCADE,
    thing_id       integer REFERENCES things (thing_id) ON DELETE CASCADE,
    username       text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,126}$'),
    secret_digest  bytea NOT NULL CHECK (octet_length(secret_digest) = 32),
    created_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at     timestamptz,
    -- When the broker was last told of it (created or revoked).
    told_at        timestamptz
);
CREATE INDEX source_credentials_source ON source_credentials (source_id);

GRANT SELECT ON thing_locations, sensors, datastream_units TO falaj_ingest, falaj_read, falaj_worker;
GRANT INSERT ON datastream_units TO falaj_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON decoder_memory TO falaj_ingest;
GRANT SELECT ON decoder_memory, source_credentials TO falaj_worker;
GRANT UPDATE (told_at) ON source_credentials TO falaj_worker;
GRANT SELECT ON source_credentials TO falaj_ingest;
