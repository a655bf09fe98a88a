-- Who measures what. Words: OGC SensorThings / ISO 19156. Units: UCUM. Quality flags, wherever they stand: QARTOD
-- (1 good, 2 not evaluated, 3 suspect, 4 bad, 9 missing). Instants: UTC.

CREATE TABLE sources (
    source_id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code             text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    kind             text NOT NULL CHECK (kind IN ('device', 'simulated', 'recorded')),
    name_en          text NOT NULL,
    name_ar          text NOT NULL,
    -- What happens to a message without a usable time: refuse it, or take the time it arrived.
    time_policy      text NOT NULL DEFAULT 'reject' CHECK (time_policy IN ('reject', 'receive_time')),
    -- Where the source is: the zone of its days, and of times written without an offset. Without it
    -- such times are refused, and its days are the city's.
    zone             text,
    retained_policy  text NOT NULL DEFAULT 'store' CHECK (retained_policy IN ('store', 'ignore')),
    licence          text,
    attribution      text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    -- What a dataset says about itself. The URL and the names of a licence that the hub knows
    -- (citycore/licences.toml) need not be given.
    description_en   text,
    description_ar   text,
    provider_en      text,
    provider_ar      text,
    homepage         text,
    licence_url      text,
    licence_name_en  text,
    licence_name_ar  text
);

CREATE TABLE observed_properties (
    code         text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'),
    name_en      text NOT NULL,
    name_ar      text NOT NULL,
    sector       text NOT NULL CHECK (sector IN ('air', 'weather', 'transport', 'water', 'other')),
    unit         text NOT NULL,
    -- Physical bounds: a forecast is clipped to them; observations are never clipped.
    lower_bound  double precision,
    upper_bound  double precision,
    -- Directions in degrees: their mean is the mean of unit vectors.
    is_circular  boolean NOT NULL DEFAULT false,
    is_forecast  boolean NOT NULL DEFAULT false
);

CREATE TABLE places (
    code         text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    kind         text NOT NULL CHECK (kind IN ('governorate', 'wilayat', 'other')),
    parent_code  text REFERENCES places (code) DEFERRABLE INITIALLY DEFERRED,
    name_en      text NOT NULL,
    name_ar      text NOT NULL,
    -- GeoJSON Polygon or MultiPolygon, WGS 84, exterior rings clockwise (what Vega draws).
    geometry     jsonb NOT NULL,
    -- Where the outline comes from and how exact it is.
    provenance   text NOT NULL
);

CREATE TABLE things (
    thing_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    source_id    integer NOT NULL REFERENCES sources (source_id),
    kind         text NOT NULL,
    name_en      text NOT NULL,
    name_ar      text NOT NULL,
    longitude    double precision CHECK (longitude BETWEEN -180 AND 180),
    latitude     double precision CHECK (latitude BETWEEN -90 AND 90),
    place_code   text REFERENCES places (code) ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((longitude IS NULL) = (latitude IS NULL))
);
CREATE INDEX things_source ON things (source_id);
CREATE INDEX things_place ON things (place_code);

CREATE TABLE datastreams (
    datastream_id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thing_id                integer NOT NULL REFERENCES things (thing_id),
    observed_property_code  text NOT NULL REFERENCES observed_properties (code),
    unit                    text NOT NULL,
    result_type             text NOT NULL DEFAULT 'measurement'
                            CHECK (result_type IN ('measurement', 'category', 'position')),
    -- Same key, other value: keep the first, keep the last, or keep the first and quarantine the other.
    conflict_policy         text NOT NULL DEFAULT 'keep_first'
                            CHECK (conflict_policy IN ('keep_first', 'keep_last', 'quarantine')),
    -- How often a value is expected; completeness is measured against it.
    interval_seconds        integer CHECK (interval_seconds > 0),
    created_at              timestamptz NOT NULL DEFAULT now(),
    UNIQUE (thing_id, observed_property_code)
);
CREATE INDEX datastreams_property ON datastreams (observed_property_code);
