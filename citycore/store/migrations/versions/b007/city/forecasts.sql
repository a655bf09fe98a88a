-- What a study of a series found: the figures of all candidates, which of them is served and why, how wide its bands are.
CREATE TABLE forecast_studies (
    datastream_id  integer PRIMARY KEY REFERENCES datastreams (datastream_id),
    -- What was learned together, as it is named in forecast_models.
    panel          text NOT NULL,
    studied_at     timestamptz NOT NULL,
    -- The end of the last hour that it has seen.
    until          timestamptz NOT NULL,
    -- A fingerprint of our code and of the libraries: what another code has found out is found out anew.
    code_version   text NOT NULL,
    -- Only the cheap candidates were asked, so that there is a forecast at once; a whole study follows.
    is_quick       boolean NOT NULL,
    study          jsonb NOT NULL CHECK (octet_length(study::text) <= 1000000)
);
CREATE INDEX forecast_studies_panel ON forecast_studies (panel);

-- What was fitted for a panel. It is code as much as data (a pickle): nobody but the worker may write it, and whoever reads it
-- loads it only with the very code that it was written by. No other role may read it either.
CREATE TABLE forecast_models (
    panel         text NOT NULL,
    model         text NOT NULL,
    fitted_at     timestamptz NOT NULL,
    -- A fingerprint of our code and of the libraries that it was fitted with, and one of the data.
    code_version  text NOT NULL,
    data_digest   text NOT NULL,
    content       bytea NOT NULL CHECK (octet_length(content) <= 100000000),
    PRIMARY KEY (panel, model)
);

-- What came true of forecasts: sums over the hours of one block of the horizon, of the first issue of each local day.
CREATE TABLE forecast_outcomes (
    datastream_id   integer NOT NULL REFERENCES datastreams (datastream_id),
    -- The local day of the origin.
    day             date NOT NULL,
    -- The block: hours from first_hour to last_hour ahead, the first of all is 1.
    first_hour      smallint NOT NULL,
    last_hour       smallint NOT NULL,
    model           text NOT NULL,
    hours           integer NOT NULL,
    error_sum       double precision NOT NULL,
    -- Of the same hour last week, or of the week before where that hour is missing.
    baseline_hours  integer NOT NULL,
    compared_sum    double precision NOT NULL,
    baseline_sum    double precision NOT NULL,
    inside_50       integer NOT NULL,
    inside_80       integer NOT NULL,
    inside_95       integer NOT NULL,
    PRIMARY KEY (datastream_id, day, first_hour)
);

-- Why this model, in figures; each level's promise and what came of it; figures by block of the horizon.
-- A provisional forecast is one of the cheap candidates, made before the first whole study of its series.
ALTER TABLE forecasts
    ADD COLUMN is_provisional boolean NOT NULL DEFAULT false,
    ADD COLUMN choice jsonb,
    ADD COLUMN levels jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN blocks jsonb NOT NULL DEFAULT '[]';

GRANT SELECT, INSERT, UPDATE, DELETE ON forecast_studies, forecast_models, forecast_outcomes TO falaj_worker;
GRANT SELECT ON forecast_studies, forecast_outcomes TO falaj_read;
