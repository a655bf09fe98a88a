CREATE TABLE forecasts (
    forecast_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    datastream_id     integer NOT NULL REFERENCES datastreams (datastream_id),
    issued_at         timestamptz NOT NULL,
    -- The end of the last hour the model has seen; the forecast starts here.
    origin            timestamptz NOT NULL,
    horizon_hours     integer NOT NULL CHECK (horizon_hours > 0),
    model             text NOT NULL,
    baseline          text NOT NULL,
    -- Backtest: mean absolute errors over the same hours; skill = 1 - mae / baseline_mae.
    mae               double precision,
    baseline_mae      double precision,
    skill             double precision,
    backtest_origins  integer NOT NULL,
    coverage_50       double precision,
    coverage_80       double precision,
    coverage_95       double precision,
    training_start    timestamptz NOT NULL,
    training_hours    integer NOT NULL,
    data_digest       text NOT NULL,
    -- Why a simpler model stands here than would be expected; NULL when none had to.
    fallback_reason   text,
    -- Every candidate's backtest: [{"model", "mae", "skill"}].
    candidates        jsonb NOT NULL,
    UNIQUE (datastream_id, issued_at)
);

CREATE TABLE forecast_values (
    forecast_id      bigint NOT NULL REFERENCES forecasts (forecast_id) ON DELETE CASCADE,
    phenomenon_time  timestamptz NOT NULL,
    median           double precision NOT NULL,
    lower_50         double precision NOT NULL,
    upper_50         double precision NOT NULL,
    lower_80         double precision NOT NULL,
    upper_80         double precision NOT NULL,
    lower_95         double precision NOT NULL,
    upper_95         double precision NOT NULL,
    PRIMARY KEY (forecast_id, phenomenon_time)
);
