-- What the operator of a source announces to riders, as its feeds (one a topic) say it now, and what is gone from them since.
CREATE TABLE service_alerts (
    source_id          integer NOT NULL REFERENCES sources ON DELETE CASCADE,
    topic              text NOT NULL,
    alert              text NOT NULL,
    -- Arrays of objects: {start, end}, {agency, route, route_type, direction, stop, trip}, and texts as {language, text}.
    active_periods     jsonb NOT NULL,
    informed           jsonb NOT NULL,
    informed_left_out  integer NOT NULL,
    cause              text NOT NULL,
    effect             text NOT NULL,
    severity           text NOT NULL,
    header             jsonb NOT NULL,
    description        jsonb NOT NULL,
    url                jsonb NOT NULL,
    -- Of the feed that said it first, and of the newest that was heard of it.
    first_stated_at    timestamptz NOT NULL,
    stated_at          timestamptz NOT NULL,
    -- Of the first feed without it; NULL while it is said.
    gone_at            timestamptz,
    PRIMARY KEY (source_id, topic, alert)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON service_alerts TO falaj_ingest;
GRANT SELECT ON service_alerts TO falaj_read;
