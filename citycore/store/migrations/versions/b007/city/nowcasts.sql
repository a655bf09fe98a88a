-- What is known of a datastream from its quarters of an hour: its usual values, how far it is usually off, how long deviations
-- last, how wide its bands are (by block of the horizon), and the figures of all candidates; docs/nowcasts.md.
CREATE TABLE nowcast_studies (
    datastream_id  integer PRIMARY KEY REFERENCES datastreams (datastream_id),
    studied_at     timestamptz NOT NULL,
    model          text NOT NULL,
    profile        real[] NOT NULL,
    spread         real[] NOT NULL,
    decay          real[] NOT NULL,
    widths_80      double precision[] NOT NULL,
    widths_95      double precision[] NOT NULL,
    told           jsonb NOT NULL
);

-- Trees that all datastreams of a property and zone share, as LightGBM writes them. It is text, and nothing of it is run.
CREATE TABLE nowcast_trees (
    observed_property  text NOT NULL,
    zone               text NOT NULL,
    fitted_at          timestamptz NOT NULL,
    content            text NOT NULL CHECK (octet_length(content) <= 20000000),
    PRIMARY KEY (observed_property, zone)
);

-- The newest nowcast of a datastream. Element n of each array (from 1) belongs to the quarter that begins at origin + (n - 1) quarters.
CREATE TABLE nowcasts (
    datastream_id    integer PRIMARY KEY REFERENCES datastreams (datastream_id),
    issued_at        timestamptz NOT NULL,
    origin           timestamptz NOT NULL,
    model            text NOT NULL,
    median           double precision[] NOT NULL,
    lower_80         double precision[] NOT NULL,
    upper_80         double precision[] NOT NULL,
    lower_95         double precision[] NOT NULL,
    upper_95         double precision[] NOT NULL,
    -- By how much bands are wider than those of the study, by what came of them since.
    factor_80        double precision NOT NULL,
    factor_95        double precision NOT NULL,
    -- Quarters that were judged, and how many of them lay in each band.
    seen_count       integer NOT NULL,
    inside_80_count  integer NOT NULL,
    inside_95_count  integer NOT NULL
) WITH (fillfactor = 50);

-- Up to which quarter nowcasts were issued, up to which hour forecasts were compared, and when all was studied last.
CREATE TABLE nowcast_runs (
    is_only        boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    issued_until   timestamptz,
    judged_until   timestamptz,
    studied_at     timestamptz
);
INSERT INTO nowcast_runs DEFAULT VALUES;

-- What lay beyond the 95 % band of what was expected, from the first step outside to the end of the last one.
CREATE TABLE anomalies (
    anomaly_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    datastream_id    integer NOT NULL REFERENCES datastreams (datastream_id),
    -- Of what: quarters against nowcasts, or hours against forecasts.
    expected_by      text NOT NULL CHECK (expected_by IN ('nowcast', 'forecast')),
    starts_at        timestamptz NOT NULL,
    -- NULL while it goes on.
    ends_at          timestamptz,
    step_count       integer NOT NULL,
    -- The step that lies furthest off, what was expected of it, and how many half-widths of the band it lies off.
    worst_at         timestamptz NOT NULL,
    observed         double precision NOT NULL,
    expected         double precision NOT NULL,
    lower_95         double precision NOT NULL,
    upper_95         double precision NOT NULL,
    size             double precision NOT NULL,
    noted_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (datastream_id, expected_by, starts_at)
);
CREATE INDEX anomalies_started ON anomalies (starts_at, anomaly_id);

-- What is remembered of a datastream between two looks, where that is more than nothing.
CREATE TABLE anomaly_states (
    datastream_id  integer NOT NULL REFERENCES datastreams (datastream_id),
    expected_by    text NOT NULL,
    state          jsonb NOT NULL CHECK (octet_length(state::text) <= 20000),
    PRIMARY KEY (datastream_id, expected_by)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON nowcast_studies, nowcast_trees, nowcasts, nowcast_runs, anomalies, anomaly_states TO falaj_worker;
GRANT SELECT ON nowcast_studies, nowcasts, anomalies TO falaj_read;
