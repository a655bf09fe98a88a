-- The whole schema as the migrations leave it, for readers; a test keeps the two equal.
-- (The schema "jobs" belongs to procrastinate and is not repeated here.)
--
-- The store of the hub: who measures what (registry), what was measured (observations),
-- what happened to every value received (ledger, dead letters), and what is derived from it.
-- Words: OGC SensorThings / ISO 19156. Units: UCUM. Quality flags: QARTOD (1 good,
-- 2 not evaluated, 3 suspect, 4 bad, 9 missing). Instants: UTC.

-- Registry -------------------------------------------------------------------------------

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

-- Observations ---------------------------------------------------------------------------
-- No foreign key to datastreams: it would cost one look-up a row on the write path, and only
-- ingest writes here, with ids that it has just read from the registry.

CREATE TABLE observations (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           double precision NOT NULL,
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_batch ON observations USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE observations_category (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           text NOT NULL,
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations_category', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_category_batch ON observations_category USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE observations_position (
    datastream_id    integer NOT NULL,
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    longitude        double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    latitude         double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    batch_id         bigint NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
);
SELECT create_hypertable('observations_position', by_range('phenomenon_time', INTERVAL '28 days'),
                         create_default_indexes => false);
CREATE INDEX observations_position_batch ON observations_position USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);

-- The newest observation of every datastream, by phenomenon time.
CREATE TABLE latest (
    datastream_id    integer PRIMARY KEY REFERENCES datastreams (datastream_id),
    quality          smallint NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           double precision,
    result_text      text,
    longitude        double precision,
    latitude         double precision,
    batch_id         bigint NOT NULL
) WITH (fillfactor = 70);

-- Ledger ---------------------------------------------------------------------------------

CREATE SEQUENCE ingest_batch_ids;

-- One row per committed batch. Counts are values: an observation, or a whole message where
-- the message could not be read. The identity is a constraint: a batch whose account does
-- not close cannot commit.
CREATE TABLE ingest_batches (
    batch_id              bigint PRIMARY KEY,
    worker                text NOT NULL,
    messages              integer NOT NULL,
    received              integer NOT NULL,
    stored                integer NOT NULL CHECK (stored >= 0),
    duplicate             integer NOT NULL CHECK (duplicate >= 0),
    conflicting           integer NOT NULL CHECK (conflicting >= 0),
    quarantined           integer NOT NULL CHECK (quarantined >= 0),
    first_received_at     timestamptz NOT NULL,
    committed_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Batches take their ids before they commit, some long before; whether a batch was there at an
    -- instant is told by its transaction and a snapshot.
    transaction_id        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ledger_closes CHECK (received = stored + duplicate + conflicting + quarantined)
);
CREATE INDEX ingest_batches_transaction ON ingest_batches (transaction_id);
CREATE INDEX ingest_batches_committed ON ingest_batches USING brin (committed_at);

-- The sum of a worker's accounts, kept in the same transaction as each of them: the whole
-- ledger in as many rows as there are workers, however long it grows.
CREATE TABLE ingest_totals (
    worker       text PRIMARY KEY,
    batches      bigint NOT NULL,
    messages     bigint NOT NULL,
    received     bigint NOT NULL,
    stored       bigint NOT NULL,
    duplicate    bigint NOT NULL,
    conflicting  bigint NOT NULL,
    quarantined  bigint NOT NULL,
    -- Of the newest batch: when its first message arrived, and when it was committed.
    first_received_at  timestamptz NOT NULL,
    committed_at       timestamptz NOT NULL,
    CONSTRAINT totals_close CHECK (received = stored + duplicate + conflicting + quarantined)
) WITH (fillfactor = 50);

-- When each part of the hub last gave an account of itself: who writes nothing here any more is frozen or
-- gone, whatever its processes look like. The worker writes what it hears from the broker.
CREATE TABLE component_reports (
    component         text NOT NULL CHECK (component IN ('ingest', 'worker', 'broker')),
    -- The name of an ingest worker; empty where there is only one.
    instance          text NOT NULL DEFAULT '',
    reported_at       timestamptz NOT NULL,
    -- Messages that the broker keeps for subscribers, and since when it was never seen without any.
    waiting_messages  bigint CHECK (waiting_messages >= 0),
    waiting_since     timestamptz,
    PRIMARY KEY (component, instance)
) WITH (fillfactor = 50);

-- Hours (since 1970-01-01T00Z) that a batch touched, so that what is derived from them is stale;
-- element n of both arrays belongs together. One row a batch keeps the write path at one insert.
CREATE TABLE dirty_buckets (
    batch_id        bigint PRIMARY KEY,
    datastream_ids  integer[] NOT NULL,
    bucket_hours    integer[] NOT NULL
);

-- What could not be stored, whole, with the reason. The same bytes on the same topic are one row.
CREATE TABLE dead_letters (
    dead_letter_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest             bytea NOT NULL UNIQUE,
    topic              text NOT NULL,
    payload            bytea NOT NULL,
    payload_bytes      integer NOT NULL GENERATED ALWAYS AS (octet_length(payload)) STORED,
    reason             text NOT NULL,
    detail             text NOT NULL,
    status             text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    times_received     integer NOT NULL DEFAULT 1,
    times_replayed     integer NOT NULL DEFAULT 0,
    first_received_at  timestamptz NOT NULL,
    last_received_at   timestamptz NOT NULL,
    last_replayed_at   timestamptz,
    batch_id           bigint NOT NULL
);
-- Counts and bytes by status and reason without touching the payloads.
CREATE INDEX dead_letters_status ON dead_letters (status, reason, dead_letter_id) INCLUDE (payload_bytes);
-- The order in which letters are removed when there are too many.
CREATE INDEX dead_letters_removal ON dead_letters ((status = 'open'), last_received_at, dead_letter_id);

-- What the bounds on dead letters removed for ever, so that no removal goes unseen.
CREATE TABLE dead_letter_removals (
    reason           text NOT NULL,
    status           text NOT NULL,
    removed_count    bigint NOT NULL,
    removed_bytes    bigint NOT NULL,
    last_removed_at  timestamptz NOT NULL,
    PRIMARY KEY (reason, status)
);

-- How many dead letters there are, as of the last housekeeping; a look at the metrics reads this.
CREATE TABLE dead_letter_counts (
    status         text NOT NULL,
    reason         text NOT NULL,
    letter_count   bigint NOT NULL,
    payload_bytes  bigint NOT NULL,
    counted_at     timestamptz NOT NULL,
    PRIMARY KEY (status, reason)
);

-- How far a file of history is loaded; kept in the transaction of each batch, so that a load
-- that was killed continues where its last batch ended. The same content is the same load,
-- whatever the file is called.
CREATE TABLE loads (
    digest         bytea NOT NULL,          -- SHA-256 of the file's content
    source_code    text NOT NULL,           -- as given to the load; '' when each thing's own source counts
    worker         text NOT NULL,           -- its name in the ledger
    file_name      text NOT NULL,
    -- The last line (CSV) or row (Parquet, Arrow) that is accounted for, and the counts up to it.
    lines_done     bigint NOT NULL DEFAULT 0,
    received       bigint NOT NULL DEFAULT 0,
    stored         bigint NOT NULL DEFAULT 0,
    duplicate      bigint NOT NULL DEFAULT 0,
    conflicting    bigint NOT NULL DEFAULT 0,
    quarantined    bigint NOT NULL DEFAULT 0,
    -- Rows without a result: nothing was received, so they are no part of the account.
    missing        bigint NOT NULL DEFAULT 0,
    -- Of the quarantined rows, those that became dead letters; a limit bounds them for each file.
    dead_letters   bigint NOT NULL DEFAULT 0,
    -- Bytes of the outcome file that belong to committed batches.
    outcome_bytes  bigint NOT NULL DEFAULT 0,
    started_at     timestamptz NOT NULL DEFAULT now(),
    completed_at   timestamptz,
    PRIMARY KEY (digest, source_code),
    CONSTRAINT load_closes CHECK (received = stored + duplicate + conflicting + quarantined)
);

-- Derived --------------------------------------------------------------------------------

-- Hours labelled by their beginning. Mean, extremes, deviation and quantiles leave out
-- values flagged 4 (bad) and 9 (missing); the counts by flag say how many there were.
CREATE TABLE observations_hourly (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   integer NOT NULL,
    expected_count      integer,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count       integer NOT NULL,
    bad_count           integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
SELECT create_hypertable('observations_hourly', by_range('bucket_start', INTERVAL '180 days'),
                         create_default_indexes => false);

-- Quarter hours, as observations_hourly has hours.
CREATE TABLE observations_quarter_hourly (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   integer NOT NULL,
    expected_count      integer,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count       integer NOT NULL,
    bad_count           integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
SELECT create_hypertable('observations_quarter_hourly', by_range('bucket_start', INTERVAL '60 days'),
                         create_default_indexes => false);

-- Local days of the city, labelled by the instant of their midnight. The mean is that of the valid
-- hours' means, and NULL where fewer than three quarters of the hours are valid.
CREATE TABLE observations_daily (
    datastream_id       integer NOT NULL,
    bucket_start        timestamptz NOT NULL,
    observation_count   integer NOT NULL,
    expected_count      integer,
    mean                double precision,
    minimum             double precision,
    maximum             double precision,
    standard_deviation  double precision,
    p05                 double precision,
    p50                 double precision,
    p95                 double precision,
    good_count          integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count       integer NOT NULL,
    bad_count           integer NOT NULL,
    valid_hour_count    integer NOT NULL,
    computed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
SELECT create_hypertable('observations_daily', by_range('bucket_start', INTERVAL '1800 days'),
                         create_default_indexes => false);

-- Local days whose hours were recomputed after the day was; the worker notes and removes them.
CREATE TABLE dirty_days (
    datastream_id  integer NOT NULL,
    bucket_start   timestamptz NOT NULL,
    noted_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_start)
);
CREATE INDEX dirty_days_oldest ON dirty_days (bucket_start);

-- Quarters, hours and local days whose roll-up the database cannot compute (two results whose sum
-- overflows, say), with the reason, until they can be computed after a change.
CREATE TABLE set_aside_buckets (
    datastream_id   integer NOT NULL,
    -- 900, 3600 or, for a local day, 86400.
    bucket_seconds  integer NOT NULL,
    -- Its begin in seconds since 1970: also where that is no instant that the database can hold.
    bucket_epoch    bigint NOT NULL,
    reason          text NOT NULL,
    set_aside_at    timestamptz NOT NULL DEFAULT now(),
    tried_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (datastream_id, bucket_seconds, bucket_epoch)
);
CREATE INDEX set_aside_buckets_tried ON set_aside_buckets (tried_at);

-- The local days of the city for which a source has observations, and the bulk file of each. The
-- roll-up of a batch counts a change of its days; a file is due while it holds fewer changes.
CREATE TABLE dataset_days (
    source_id              integer NOT NULL REFERENCES sources (source_id),
    local_date             date NOT NULL,
    change_count           bigint NOT NULL DEFAULT 1,
    changed_at             timestamptz NOT NULL DEFAULT now(),
    -- When the first change came that the file does not hold.
    due_since              timestamptz NOT NULL DEFAULT now(),
    -- Of the file; all NULL until there is one.
    written_change_count   bigint,
    row_count              bigint,
    byte_count             bigint,
    sha256                 bytea CHECK (octet_length(sha256) = 32),
    first_phenomenon_time  timestamptz,
    last_phenomenon_time   timestamptz,
    generated_at           timestamptz,
    -- When its bytes were last read and found to be its own; NULL since it was made.
    verified_at            timestamptz,
    PRIMARY KEY (source_id, local_date)
) WITH (fillfactor = 50);

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

-- Who may do what ------------------------------------------------------------------------
-- ingest writes observations and their account; the worker writes what is derived;
-- the API reads; administrators look after dead letters. Nobody but the owner changes the registry.

GRANT USAGE ON SCHEMA public TO falaj_ingest, falaj_worker, falaj_read, falaj_admin;

GRANT SELECT ON sources, observed_properties, places, things, datastreams TO falaj_ingest;
GRANT SELECT, INSERT, UPDATE ON observations, observations_category, observations_position,
    latest, dead_letters TO falaj_ingest;
GRANT SELECT, INSERT ON ingest_batches TO falaj_ingest;
GRANT SELECT, INSERT, UPDATE ON dirty_buckets, ingest_totals TO falaj_ingest;
GRANT SELECT, INSERT, UPDATE ON loads TO falaj_ingest;
GRANT USAGE ON SEQUENCE ingest_batch_ids TO falaj_ingest;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO falaj_worker;
GRANT DELETE ON dirty_buckets TO falaj_worker;
GRANT INSERT, UPDATE, DELETE ON observations_hourly, observations_quarter_hourly, observations_daily
    TO falaj_worker;
GRANT INSERT, DELETE ON dirty_days TO falaj_worker;
GRANT INSERT, UPDATE, DELETE ON set_aside_buckets TO falaj_worker;
GRANT INSERT, UPDATE ON dataset_days TO falaj_worker;
GRANT INSERT, DELETE ON forecasts, forecast_values TO falaj_worker;

GRANT SELECT ON sources, observed_properties, places, things, datastreams, observations,
    observations_category, observations_position, latest, ingest_batches, ingest_totals,
    observations_hourly, observations_quarter_hourly, observations_daily, dataset_days, forecasts,
    forecast_values TO falaj_read;
GRANT SELECT (dead_letter_id, reason, status, times_received, first_received_at, last_received_at)
    ON dead_letters TO falaj_read;
GRANT SELECT (batch_id) ON dirty_buckets TO falaj_read;
GRANT SELECT (bucket_seconds, set_aside_at) ON set_aside_buckets TO falaj_read;
GRANT SELECT ON dead_letter_removals, dead_letter_counts TO falaj_worker, falaj_read;

GRANT SELECT, INSERT, UPDATE, DELETE ON component_reports TO falaj_ingest, falaj_worker;
GRANT SELECT ON component_reports TO falaj_read;
GRANT DELETE, UPDATE (status) ON dead_letters TO falaj_worker;
GRANT INSERT, UPDATE ON dead_letter_removals TO falaj_worker;
GRANT INSERT, DELETE ON dead_letter_counts TO falaj_worker;

GRANT SELECT ON dead_letters, dead_letter_removals, dead_letter_counts TO falaj_admin;
GRANT UPDATE (status, times_replayed, last_replayed_at) ON dead_letters TO falaj_admin;

-- Keys and limits of the open-data API -----------------------------------------------------

-- Who asks the open-data API with a key. The key itself is shown once and never stored.
CREATE TABLE api_keys (
    api_key_id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    owner                text NOT NULL,
    -- SHA-256 of the whole key; it is found by this index.
    key_digest           bytea NOT NULL UNIQUE CHECK (octet_length(key_digest) = 32),
    requests_per_minute  integer NOT NULL CHECK (requests_per_minute > 0),
    requests_per_day     integer NOT NULL CHECK (requests_per_day > 0),
    created_at           timestamptz NOT NULL DEFAULT now(),
    expires_at           timestamptz,
    revoked_at           timestamptz,
    -- Whose windows its requests are counted in: a team has one limit, however often it replaces its key.
    limit_subject        text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN starts_with(owner, 'team:') THEN owner ELSE 'key:' || api_key_id END) STORED
);

-- Requests a key made on a day of the city.
CREATE TABLE api_usage (
    api_key_id     integer NOT NULL REFERENCES api_keys (api_key_id),
    day            date NOT NULL,
    request_count  bigint NOT NULL,
    limited_count  bigint NOT NULL,
    PRIMARY KEY (api_key_id, day)
);

-- How much of a limit the API's processes have reserved in a window of time. A crash of the
-- database empties it, and the windows begin anew.
CREATE UNLOGGED TABLE api_windows (
    subject         text NOT NULL,
    window_start    bigint NOT NULL,
    window_seconds  integer NOT NULL,
    reserved        integer NOT NULL,
    -- What the last reservation got.
    granted         integer NOT NULL,
    PRIMARY KEY (subject, window_seconds, window_start)
) WITH (fillfactor = 70);

GRANT USAGE ON SCHEMA public TO falaj_usage;
GRANT SELECT (api_key_id, key_digest, requests_per_minute, requests_per_day, expires_at, revoked_at,
              limit_subject)
    ON api_keys TO falaj_usage;
GRANT SELECT, INSERT, UPDATE ON api_usage TO falaj_usage;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_windows TO falaj_usage;

-- Search ----------------------------------------------------------------------------------

-- Text made comparable for search; `normalise_text` of citycore/normalisation.py says the same.
-- The built-in collation makes it independent of the server's locale, and with that immutable.
CREATE FUNCTION normalise_text(written text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(translate(lower(regexp_replace(
        normalize(written, NFKD) COLLATE "pg_c_utf8",
        '[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0640\u0621\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff''\u2018-\u201b\u02bb-\u02bf`]',
        '', 'g')),
        'ىةٱکیۍےہھەۀۃڪς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'يهاكيييهههههكσ01234567890123456789'),
        '[\u0001-\u0020\u0085\u1680\u2028\u2029\u2010-\u2015\u2212\-_.,;:/\u060c\u061b\u06d4\u00b7]+', ' ', 'g'), ' ');

-- The innovation programme -----------------------------------------------------------------

CREATE SCHEMA innovation;
GRANT USAGE ON SCHEMA innovation TO falaj_portal;

-- What was done, by whom and when, as chains: each line holds the digest of the one before. Persons
-- stand here as their key and what they wrote does not, so that erasing either changes no digest.
CREATE TABLE innovation.audit (
    chain     text NOT NULL CHECK (chain ~ '^[a-z][a-z_]*(:[0-9a-f-]{36})?$'),
    position  bigint NOT NULL CHECK (position > 0),
    at        timestamptz NOT NULL,
    -- A person's key, "visitor" or "system".
    subject   text NOT NULL,
    machine   text NOT NULL,
    object    uuid NOT NULL,
    event     text NOT NULL,
    source    text,
    target    text,
    reason    text,
    details   jsonb NOT NULL,
    previous  bytea NOT NULL CHECK (octet_length(previous) = 32),
    -- SHA-256 over previous and the canonical JSON of the line.
    digest    bytea NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (chain, position)
);
CREATE INDEX audit_of_object ON innovation.audit (object, at);

-- The last line of each chain, so that a missing tail is noticed.
CREATE TABLE innovation.audit_heads (
    chain     text PRIMARY KEY,
    position  bigint NOT NULL,
    digest    bytea NOT NULL
);

-- A line goes on where its chain ends, whoever writes it. The writer has no right on heads.
CREATE FUNCTION innovation.continue_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = innovation, pg_temp AS $$
BEGIN
    IF NEW.position = 1 AND NEW.previous = decode(repeat('00', 32), 'hex') THEN
        INSERT INTO audit_heads (chain, position, digest) VALUES (NEW.chain, 1, NEW.digest);
        RETURN NEW;
    END IF;
    UPDATE audit_heads SET position = NEW.position, digest = NEW.digest
    WHERE chain = NEW.chain AND position = NEW.position - 1 AND digest = NEW.previous;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % does not continue chain %', NEW.position, NEW.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION innovation.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER continue_audit BEFORE INSERT ON innovation.audit
    FOR EACH ROW EXECUTE FUNCTION innovation.continue_audit();
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.audit
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- Mail that leaves because of a committed transaction.
CREATE TABLE innovation.outbox (
    -- Also the mail's Message-ID, so that a repetition after a crash is known as one.
    mail_id     uuid PRIMARY KEY,
    template    text NOT NULL,
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    -- Whose mail it is, if an account's.
    person_id   uuid,
    recipient   text NOT NULL,
    -- What fills the template; emptied when the mail has left.
    fields      jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Not tried before; while somebody sends it, until when it is theirs.
    due_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    sent_at     timestamptz,
    failed_at   timestamptz,
    last_error  text,
    CHECK (sent_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX outbox_due ON innovation.outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_of_person ON innovation.outbox (person_id);

-- An instant of an object with a name: the object's workflow opens and closes by it, half-open.
CREATE TABLE innovation.deadlines (
    object_id  uuid NOT NULL,
    name       text NOT NULL CHECK (name ~ '^[a-z][a-z_]{0,62}$'),
    instant    timestamptz NOT NULL,
    -- The zone in which it was announced.
    zone       text NOT NULL,
    PRIMARY KEY (object_id, name)
);

-- Public: each time a deadline was moved, to when, and why.
CREATE TABLE innovation.deadline_extensions (
    extension_id  uuid PRIMARY KEY,
    object_id     uuid NOT NULL,
    name          text NOT NULL,
    previous      timestamptz NOT NULL,
    instant       timestamptz NOT NULL CHECK (instant > previous),
    reason        text NOT NULL,
    extended_by   uuid,
    extended_at   timestamptz NOT NULL,
    FOREIGN KEY (object_id, name) REFERENCES innovation.deadlines (object_id, name)
);
CREATE INDEX deadline_extensions_of ON innovation.deadline_extensions (object_id, extended_at);

-- What has been decided and not yet told: prepared by one, released by another together with others.
CREATE TABLE innovation.decisions (
    decision_id     uuid PRIMARY KEY,
    machine         text NOT NULL,
    object_id       uuid NOT NULL,
    prepared_event  text NOT NULL,
    reason          text,
    -- The version of the object that was decided about.
    seen_version    integer NOT NULL,
    prepared_by     uuid,
    prepared_at     timestamptz NOT NULL,
    released_by     uuid,
    released_at     timestamptz,
    withdrawn_at    timestamptz,
    CHECK (released_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX decisions_open ON innovation.decisions (machine, object_id)
    WHERE released_at IS NULL AND withdrawn_at IS NULL;

GRANT SELECT, INSERT ON innovation.audit, innovation.deadline_extensions TO falaj_portal;
GRANT SELECT ON innovation.audit_heads TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.outbox TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.deadlines, innovation.decisions TO falaj_portal;

-- People and organisations ------------------------------------------------------------------

-- Similar text is found by index, in any script.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- Somebody with an account. An erased person is a key that other tables still point to.
CREATE TABLE innovation.people (
    person_id          uuid PRIMARY KEY,
    email              text,
    -- The address as it is unique.
    email_key          text UNIQUE,
    name_ar            text,
    name_en            text,
    language           text NOT NULL CHECK (language IN ('en', 'ar')),
    state              text NOT NULL,
    reason             text,
    version            integer NOT NULL DEFAULT 1,
    state_changed_at   timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    -- Null until somebody has followed a link that was mailed there.
    email_verified_at  timestamptz,
    search_text  text GENERATED ALWAYS AS (normalise_text(
        coalesce(name_ar, '') || ' ' || coalesce(name_en, '') || ' ' || coalesce(email, ''))) STORED,
    sort_ar  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_ar, name_en, ''))) STORED,
    sort_en  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_en, name_ar, ''))) STORED,
    CHECK (state = 'erased' OR email IS NOT NULL),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK (state = 'erased' OR name_ar IS NOT NULL OR name_en IS NOT NULL)
);
CREATE INDEX people_search ON innovation.people USING gin (search_text gin_trgm_ops);
CREATE INDEX people_sort_ar ON innovation.people (sort_ar, person_id) WHERE state <> 'erased';
CREATE INDEX people_erased ON innovation.people (person_id) WHERE state = 'erased' AND email_key IS NOT NULL;
CREATE INDEX people_sort_en ON innovation.people (sort_en, person_id) WHERE state <> 'erased';

-- Somebody who wants an account and has not yet shown that the address is theirs.
CREATE TABLE innovation.sign_ups (
    email_key     text PRIMARY KEY,
    email         text NOT NULL,
    name_ar       text,
    name_en       text,
    language      text NOT NULL CHECK (language IN ('en', 'ar')),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_ups_expiry ON innovation.sign_ups (expires_at);

CREATE TABLE innovation.passwords (
    person_id      uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    -- Argon2id with its parameters and salt.
    password_hash  text NOT NULL,
    changed_at     timestamptz NOT NULL
);

-- What a browser shows to be somebody. Only the digest of its secret is here.
CREATE TABLE innovation.sessions (
    session_id    uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    -- For the person's own list: what the browser called itself, and a coarse network.
    device        text NOT NULL,
    network       text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL,
    idle_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sessions_of ON innovation.sessions (person_id, last_used_at);
CREATE INDEX sessions_expiry ON innovation.sessions (least(idle_at, expires_at));

-- Links that were mailed: one a purpose and person, each good for one use.
CREATE TABLE innovation.links (
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    purpose       text NOT NULL CHECK (purpose IN ('set_password', 'leave_email', 'take_email', 'link_identity')),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    -- What the link carries out: the address to be taken, or the identity to be linked.
    email         text,
    email_key     text,
    issuer        text,
    subject       text,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    -- Of a change of address: the other of the two links has to be followed as well.
    followed_at   timestamptz,
    PRIMARY KEY (person_id, purpose)
);
CREATE INDEX links_expiry ON innovation.links (expires_at);

-- Who somebody is at an OpenID Connect provider.
CREATE TABLE innovation.identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  uuid NOT NULL REFERENCES innovation.people (person_id),
    linked_at  timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of ON innovation.identities (person_id);

-- Visits to a provider that have not come back.
CREATE TABLE innovation.identity_flows (
    state_digest    bytea PRIMARY KEY CHECK (octet_length(state_digest) = 32),
    -- The secret of the browser that began, so that nobody is signed in as somebody else by a link.
    browser_digest  bytea NOT NULL CHECK (octet_length(browser_digest) = 32),
    issuer          text NOT NULL,
    nonce           text NOT NULL,
    code_verifier   text NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX identity_flows_expiry ON innovation.identity_flows (expires_at);

-- How often something was tried in a window of time. A crash empties it, and the windows begin anew.
CREATE UNLOGGED TABLE innovation.attempts (
    action    text NOT NULL,
    -- SHA-256 of an account's or a network's address: what is tried says nothing about whom.
    subject   bytea NOT NULL CHECK (octet_length(subject) = 32),
    count     integer NOT NULL,
    began_at  timestamptz NOT NULL,
    PRIMARY KEY (action, subject)
) WITH (fillfactor = 70);
CREATE INDEX attempts_age ON innovation.attempts (began_at);

CREATE TABLE innovation.role_grants (
    grant_id    uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    role        text NOT NULL,
    scope_kind  text NOT NULL,
    scope_id    uuid,
    granted_by  uuid REFERENCES innovation.people (person_id),
    granted_at  timestamptz NOT NULL,
    until       timestamptz CHECK (until > granted_at),
    revoked_by  uuid REFERENCES innovation.people (person_id),
    revoked_at  timestamptz,
    CHECK ((scope_kind = 'hub') = (scope_id IS NULL))
);
CREATE UNIQUE INDEX role_grants_once ON innovation.role_grants (person_id, role, scope_kind, scope_id)
    NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX role_grants_in ON innovation.role_grants (scope_kind, scope_id, role) WHERE revoked_at IS NULL;

-- Who looked at whose personal data, for whom it concerns. Only ever added to.
CREATE TABLE innovation.readings (
    reading_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    reader      uuid NOT NULL REFERENCES innovation.people (person_id),
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    -- What was read: a noun and what of it, such as people.search.
    what        text NOT NULL CHECK (what ~ '^[a-z_]+\.[a-z_]+$')
);
CREATE INDEX readings_of ON innovation.readings (person_id, reading_id);
CREATE TRIGGER keep_readings BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.readings
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- What became of what the hub held about somebody who is erased.
CREATE TABLE innovation.erasures (
    person_id  uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    erased_at  timestamptz NOT NULL,
    -- [{"table", "outcome": deleted, anonymised or kept, "rows", "reason"}]
    outcomes   jsonb NOT NULL
);

CREATE TABLE innovation.organisations (
    organisation_id   uuid PRIMARY KEY,
    kind              text NOT NULL CHECK (kind IN ('agency', 'company', 'university')),
    name_ar           text,
    name_en           text,
    state             text NOT NULL,
    reason            text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    registered_by     uuid REFERENCES innovation.people (person_id),
    registered_at     timestamptz NOT NULL,
    search_text  text GENERATED ALWAYS AS (normalise_text(
        coalesce(name_ar, '') || ' ' || coalesce(name_en, ''))) STORED,
    sort_ar  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_ar, name_en, ''))) STORED,
    sort_en  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_en, name_ar, ''))) STORED,
    CHECK (name_ar IS NOT NULL OR name_en IS NOT NULL)
);
CREATE INDEX organisations_search ON innovation.organisations USING gin (search_text gin_trgm_ops);
CREATE INDEX organisations_sort_ar ON innovation.organisations (sort_ar, organisation_id);
CREATE INDEX organisations_sort_en ON innovation.organisations (sort_en, organisation_id);

-- Domains of an organisation's own addresses; who has one is shown the organisation, no more.
CREATE TABLE innovation.organisation_domains (
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    domain           text NOT NULL CHECK (domain = lower(domain)),
    PRIMARY KEY (organisation_id, domain)
);
CREATE INDEX organisation_domains_of ON innovation.organisation_domains (domain);

-- Who belongs to an organisation, did, or may come to. An invitation goes to an address, whoever has it.
CREATE TABLE innovation.memberships (
    membership_id     uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    person_id         uuid REFERENCES innovation.people (person_id),
    email             text,
    email_key         text,
    is_admin          boolean NOT NULL DEFAULT false,
    state             text NOT NULL,
    reason            text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    invited_by        uuid REFERENCES innovation.people (person_id),
    created_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX memberships_person ON innovation.memberships (organisation_id, person_id)
    WHERE state IN ('requested', 'member');
CREATE UNIQUE INDEX memberships_invited ON innovation.memberships (organisation_id, email_key)
    WHERE state = 'invited';
CREATE INDEX memberships_in ON innovation.memberships (organisation_id, state, membership_id);
CREATE INDEX memberships_of ON innovation.memberships (person_id, state);
CREATE INDEX memberships_invitations ON innovation.memberships (email_key) WHERE state = 'invited';

GRANT SELECT, INSERT, UPDATE ON innovation.people, innovation.role_grants, innovation.organisations TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.sign_ups, innovation.passwords, innovation.sessions,
    innovation.links, innovation.identities, innovation.identity_flows, innovation.attempts,
    innovation.memberships TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.organisation_domains TO falaj_portal;
GRANT SELECT, INSERT ON innovation.readings, innovation.erasures TO falaj_portal;

-- Hackathons and challenges -----------------------------------------------------------------

-- The names of what the hub offers, for a challenge to link; nothing else of it is seen from here.
CREATE VIEW innovation.datasets AS SELECT code, name_ar, name_en FROM public.sources;
CREATE VIEW innovation.things AS SELECT code, name_ar, name_en FROM public.things;

CREATE TABLE innovation.hackathons (
    hackathon_id      uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Its name in addresses.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    summary_ar        text NOT NULL,
    summary_en        text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('online', 'in_place', 'hybrid')),
    place_ar          text NOT NULL,
    place_en          text NOT NULL,
    is_international  boolean NOT NULL,
    team_members_min  integer NOT NULL CHECK (team_members_min >= 1),
    team_members_max  integer NOT NULL CHECK (team_members_max >= team_members_min),
    rounds            integer NOT NULL CHECK (rounds >= 1),
    -- Rounds of judging that have begun.
    round             integer NOT NULL DEFAULT 0 CHECK (round BETWEEN 0 AND rounds)
);
CREATE INDEX hackathons_newest ON innovation.hackathons (created_at, hackathon_id);
CREATE INDEX hackathons_state ON innovation.hackathons (state, hackathon_id);

CREATE TABLE innovation.challenges (
    challenge_id      uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    problem_ar        text NOT NULL,
    problem_en        text NOT NULL,
    -- Whom the work belongs to.
    terms             text CHECK (terms IN ('open_source', 'team_keeps', 'shared', 'agency'))
);
CREATE INDEX challenges_of_hackathon ON innovation.challenges (hackathon_id, challenge_id);
CREATE INDEX challenges_of_organisation ON innovation.challenges (organisation_id);
CREATE INDEX challenges_state ON innovation.challenges (state, challenge_id);

-- What a team that takes the challenge may work with; a link goes with what it leads to.
CREATE TABLE innovation.challenge_datasets (
    challenge_id  uuid NOT NULL REFERENCES innovation.challenges (challenge_id),
    source_code   text NOT NULL REFERENCES public.sources (code) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (challenge_id, source_code)
);
CREATE INDEX challenge_datasets_source ON innovation.challenge_datasets (source_code);
CREATE TABLE innovation.challenge_things (
    challenge_id  uuid NOT NULL REFERENCES innovation.challenges (challenge_id),
    thing_code    text NOT NULL REFERENCES public.things (code) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (challenge_id, thing_code)
);
CREATE INDEX challenge_things_thing ON innovation.challenge_things (thing_code);

GRANT SELECT ON innovation.datasets, innovation.things TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.hackathons, innovation.challenges TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.challenge_datasets, innovation.challenge_things TO falaj_portal;

-- Teams -------------------------------------------------------------------------------------

CREATE TABLE innovation.teams (
    team_id           uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    challenge_id      uuid REFERENCES innovation.challenges (challenge_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    name              text NOT NULL,
    pitch             text NOT NULL,
    -- What it looks for somebody for.
    open_roles        text[] NOT NULL,
    -- SHA-256 of the code to join with.
    code_digest       bytea CHECK (octet_length(code_digest) = 32),
    code_expires_at   timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(name)) STORED,
    CHECK ((code_digest IS NULL) = (code_expires_at IS NULL))
);
CREATE UNIQUE INDEX teams_name ON innovation.teams (hackathon_id, search_text)
    WHERE state NOT IN ('expired', 'withdrawn');
CREATE INDEX teams_of_hackathon ON innovation.teams (hackathon_id, team_id);
CREATE INDEX teams_state ON innovation.teams (state, team_id);
CREATE INDEX teams_challenge ON innovation.teams (challenge_id);
CREATE UNIQUE INDEX teams_code ON innovation.teams (code_digest);

-- Who belongs to a team, did, or may come to. An invitation goes to an address, whoever has it.
CREATE TABLE innovation.team_members (
    member_id         uuid PRIMARY KEY,
    team_id           uuid NOT NULL REFERENCES innovation.teams (team_id),
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id         uuid REFERENCES innovation.people (person_id),
    email             text,
    email_key         text,
    is_captain        boolean NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    joined_at         timestamptz,
    -- When the person left, or the team ended.
    ended_at          timestamptz
);
-- One person, one team in a hackathon.
CREATE UNIQUE INDEX team_members_once ON innovation.team_members (hackathon_id, person_id)
    WHERE state = 'member' AND ended_at IS NULL;
CREATE UNIQUE INDEX team_members_waiting ON innovation.team_members (team_id, person_id)
    WHERE state IN ('requested', 'member');
CREATE UNIQUE INDEX team_members_invited ON innovation.team_members (team_id, email_key) WHERE state = 'invited';
CREATE UNIQUE INDEX team_members_captain ON innovation.team_members (team_id) WHERE is_captain;
CREATE INDEX team_members_in ON innovation.team_members (team_id, state);
CREATE INDEX team_members_of ON innovation.team_members (person_id, state);
CREATE INDEX team_members_invitations ON innovation.team_members (email_key) WHERE state = 'invited';
CREATE INDEX team_members_state ON innovation.team_members (state, member_id)
    WHERE state IN ('invited', 'requested');

CREATE TABLE innovation.team_mentors (
    team_id      uuid NOT NULL REFERENCES innovation.teams (team_id),
    person_id    uuid NOT NULL REFERENCES innovation.people (person_id),
    assigned_at  timestamptz NOT NULL,
    PRIMARY KEY (team_id, person_id)
);
CREATE INDEX team_mentors_of ON innovation.team_mentors (person_id);

GRANT SELECT, INSERT, UPDATE ON innovation.teams TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.team_members, innovation.team_mentors TO falaj_portal;

-- Submissions -------------------------------------------------------------------------------

-- What a hackathon asks its teams: [{"code", "name_ar", "name_en", "kind", "is_required", "characters_max"}]
CREATE TABLE innovation.submission_forms (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    fields        jsonb NOT NULL
);

CREATE TABLE innovation.submissions (
    submission_id     uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    team_id           uuid NOT NULL UNIQUE REFERENCES innovation.teams (team_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- What the team works on; what was handed in stands in the versions.
    title             text NOT NULL,
    summary           text NOT NULL,
    answers           jsonb NOT NULL,
    versions          integer NOT NULL DEFAULT 0 CHECK (versions >= 0),
    frozen_digest     bytea CHECK (octet_length(frozen_digest) = 32),
    -- Late access: from then on its deadlines are its own.
    late_until        timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(title || ' ' || summary)) STORED
);
CREATE INDEX submissions_of_hackathon ON innovation.submissions (hackathon_id, submission_id);
CREATE INDEX submissions_state ON innovation.submissions (state, submission_id);

-- What was handed in, for good. The digest is SHA-256 over the canonical content, digests of files included.
CREATE TABLE innovation.submission_versions (
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    number         integer NOT NULL CHECK (number > 0),
    content        jsonb NOT NULL,
    digest         bytea NOT NULL CHECK (octet_length(digest) = 32),
    submitted_at   timestamptz NOT NULL,
    PRIMARY KEY (submission_id, number)
);
CREATE TRIGGER keep_versions BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.submission_versions
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- Files lie outside the database, under their digest.
CREATE TABLE innovation.submission_files (
    file_id        uuid PRIMARY KEY,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    name           text NOT NULL,
    media_type     text NOT NULL,
    size_bytes     bigint NOT NULL CHECK (size_bytes > 0),
    digest         bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at       timestamptz NOT NULL,
    removed_at     timestamptz
);
CREATE INDEX submission_files_of ON innovation.submission_files (submission_id, added_at);

-- Codes with which one team may go on after the close; each counts once.
CREATE TABLE innovation.late_codes (
    late_code_id   uuid PRIMARY KEY,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    code_digest    bytea NOT NULL UNIQUE CHECK (octet_length(code_digest) = 32),
    until          timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    used_at        timestamptz
);
CREATE INDEX late_codes_of ON innovation.late_codes (submission_id);

GRANT SELECT, INSERT, UPDATE ON innovation.submission_forms, innovation.submissions, innovation.submission_files,
    innovation.late_codes TO falaj_portal;
GRANT SELECT, INSERT ON innovation.submission_versions TO falaj_portal;

CREATE TABLE innovation.ambassadors (
    ambassador_id     uuid PRIMARY KEY,
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    applied_at        timestamptz NOT NULL,
    -- ISO 3166-2:OM
    governorate       text NOT NULL CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    motivation        text NOT NULL,
    language          text NOT NULL CHECK (language IN ('en', 'ar')),
    -- The consent to stand in the public directory.
    is_listed         boolean NOT NULL DEFAULT false,
    biography_ar      text NOT NULL DEFAULT '',
    biography_en      text NOT NULL DEFAULT '',
    -- Terms that have begun.
    term              integer NOT NULL DEFAULT 0,
    term_starts_at    timestamptz,
    term_ends_at      timestamptz CHECK (term_ends_at > term_starts_at),
    -- The day of the last verified activity; at first that of the start.
    last_active_at    timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(biography_ar || ' ' || biography_en)) STORED
);
-- One at a time: a new application is possible when everything before is over.
CREATE UNIQUE INDEX ambassadors_open ON innovation.ambassadors (person_id)
    WHERE state NOT IN ('rejected', 'withdrawn', 'removed', 'emeritus');
CREATE INDEX ambassadors_person ON innovation.ambassadors (person_id, applied_at);
CREATE INDEX ambassadors_state ON innovation.ambassadors (state, ambassador_id);

-- The training and the code of conduct, version by version.
CREATE TABLE innovation.ambassador_papers (
    kind          text NOT NULL CHECK (kind IN ('training', 'conduct')),
    version       integer NOT NULL CHECK (version >= 1),
    text_ar       text NOT NULL,
    text_en       text NOT NULL,
    published_at  timestamptz NOT NULL,
    published_by  uuid REFERENCES innovation.people (person_id),
    PRIMARY KEY (kind, version)
);
CREATE TABLE innovation.ambassador_commitments (
    ambassador_id  uuid NOT NULL REFERENCES innovation.ambassadors (ambassador_id),
    kind           text NOT NULL,
    version        integer NOT NULL,
    at             timestamptz NOT NULL,
    noted_by       uuid REFERENCES innovation.people (person_id),
    PRIMARY KEY (ambassador_id, kind, version),
    FOREIGN KEY (kind, version) REFERENCES innovation.ambassador_papers (kind, version)
);
CREATE INDEX ambassador_commitments_noted ON innovation.ambassador_commitments (noted_by);

-- What everybody sees of those who agreed to be seen. How somebody stands just now is nobody's business.
CREATE VIEW innovation.ambassador_directory AS
    SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en,
           ambassadors.state = 'emeritus' AS is_emeritus,
           -- Of names and biographies; the address is nobody's to search for.
           concat_ws(' ', sort_ar, sort_en, ambassadors.search_text) AS search_text
    FROM innovation.ambassadors JOIN innovation.people USING (person_id)
    WHERE is_listed AND people.state = 'active'
      AND ambassadors.state IN ('active', 'on_leave', 'at_risk', 'renewal_due', 'emeritus');

GRANT SELECT, INSERT, UPDATE ON innovation.ambassadors TO falaj_portal;
GRANT SELECT, INSERT ON innovation.ambassador_papers, innovation.ambassador_commitments TO falaj_portal;
GRANT SELECT ON innovation.ambassador_directory TO falaj_portal;

-- What took place, once, whoever reports it.
CREATE TABLE innovation.outreach_events (
    event_id     uuid PRIMARY KEY,
    title        text NOT NULL,
    language     text NOT NULL CHECK (language IN ('en', 'ar')),
    mode         text NOT NULL CHECK (mode IN ('in_place', 'online')),
    -- ISO 3166-2:OM
    governorate  text CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    topic        text NOT NULL,
    audience     text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    created_at   timestamptz NOT NULL,
    CHECK ((mode = 'online') = (governorate IS NULL))
);
CREATE INDEX outreach_events_time ON innovation.outreach_events (starts_at, event_id);

-- An ambassador's part in it.
CREATE TABLE innovation.activities (
    activity_id       uuid PRIMARY KEY,
    event_id          uuid NOT NULL REFERENCES innovation.outreach_events (event_id),
    ambassador_id     uuid NOT NULL REFERENCES innovation.ambassadors (ambassador_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- As the ambassador tells it.
    reached           integer CHECK (reached >= 0),
    minutes           integer CHECK (minutes > 0),
    account           text NOT NULL,
    -- As the verification found it.
    counted           integer CHECK (counted BETWEEN 0 AND reached),
    UNIQUE (event_id, ambassador_id)
);
CREATE INDEX activities_of_ambassador ON innovation.activities (ambassador_id, activity_id);
CREATE INDEX activities_state ON innovation.activities (state, activity_id);

-- Files lie outside the database, under their digest.
CREATE TABLE innovation.activity_evidence (
    file_id      uuid PRIMARY KEY,
    activity_id  uuid NOT NULL REFERENCES innovation.activities (activity_id),
    name         text NOT NULL,
    media_type   text NOT NULL,
    size_bytes   bigint NOT NULL CHECK (size_bytes > 0),
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at     timestamptz NOT NULL
);
CREATE INDEX activity_evidence_of ON innovation.activity_evidence (activity_id, added_at);
CREATE INDEX activity_evidence_digest ON innovation.activity_evidence (digest);

-- The reach of an event is counted once: of several verified reports the largest figure.
CREATE VIEW innovation.event_reach AS
    SELECT outreach_events.event_id, governorate, topic, audience,
           date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month,
           max(counted) AS reached, count(*)::integer AS ambassadors
    FROM innovation.activities JOIN innovation.outreach_events USING (event_id)
    WHERE state = 'verified'
    GROUP BY outreach_events.event_id;
-- Its ambassadors share it evenly; what does not divide goes one by one to the first of them.
CREATE VIEW innovation.reach_shares AS
    SELECT activity_id, ambassador_id, event_id, minutes,
           event_reach.reached / ambassadors
               + (row_number() OVER (PARTITION BY event_id ORDER BY activity_id)
                  <= event_reach.reached % ambassadors)::integer AS reached
    FROM innovation.activities JOIN innovation.event_reach USING (event_id)
    WHERE state = 'verified';

-- Whom events reached, by month, governorate ('' online), topic and audience: counted when a report is verified, or no
-- longer is, so that whoever asks reads a row instead of all events. Events themselves never change.
CREATE TABLE innovation.reach (
    month        date NOT NULL,
    governorate  text NOT NULL,
    topic        text NOT NULL,
    audience     text NOT NULL,
    events       bigint NOT NULL,
    reached      bigint,
    PRIMARY KEY (month, governorate, topic, audience)
);
CREATE INDEX outreach_events_kind ON innovation.outreach_events
    ((date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date), (coalesce(governorate, '')), topic, audience);

CREATE FUNCTION innovation.count_reach()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind record;
BEGIN
    IF 'verified' NOT IN (coalesce(OLD.state, ''), coalesce(NEW.state, '')) THEN
        RETURN NULL;
    END IF;
    -- Whoever counts sees what the one before has written.
    LOCK TABLE innovation.reach IN SHARE ROW EXCLUSIVE MODE;
    FOR kind IN
        SELECT DISTINCT date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month,
               coalesce(governorate, '') AS governorate, topic, audience
        FROM innovation.outreach_events WHERE event_id IN (OLD.event_id, NEW.event_id)
    LOOP
        DELETE FROM innovation.reach AS known
        WHERE known.month = kind.month AND known.governorate = kind.governorate
          AND known.topic = kind.topic AND known.audience = kind.audience;
        INSERT INTO innovation.reach (month, governorate, topic, audience, events, reached)
        SELECT kind.month, kind.governorate, kind.topic, kind.audience, count(*), sum(event.reached)
        FROM innovation.event_reach AS event
        WHERE event.month = kind.month AND coalesce(event.governorate, '') = kind.governorate
          AND event.topic = kind.topic AND event.audience = kind.audience
        HAVING count(*) > 0;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_reach AFTER INSERT OR DELETE OR UPDATE OF event_id, state, counted ON innovation.activities
    FOR EACH ROW EXECUTE FUNCTION innovation.count_reach();
REVOKE ALL ON FUNCTION innovation.count_reach FROM PUBLIC;

GRANT SELECT, INSERT ON innovation.outreach_events TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.activities TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.activity_evidence TO falaj_portal;
GRANT SELECT ON innovation.event_reach, innovation.reach_shares TO falaj_portal;

-- Juries ------------------------------------------------------------------------------------

CREATE TABLE innovation.judges (
    judge_id          uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    -- The most sheets in a round.
    capacity          integer NOT NULL CHECK (capacity > 0),
    -- Challenges that the judge knows about.
    expertise         uuid[] NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX judges_once ON innovation.judges (hackathon_id, person_id)
    WHERE state IN ('invited', 'accepted');
CREATE INDEX judges_of ON innovation.judges (person_id, state);

-- A judge is close to a team, a person or an organisation.
CREATE TABLE innovation.declarations (
    declaration_id  uuid PRIMARY KEY,
    judge_id        uuid NOT NULL REFERENCES innovation.judges (judge_id),
    about           uuid NOT NULL,
    declared_at     timestamptz NOT NULL,
    UNIQUE (judge_id, about)
);

-- What a round looks at: [{"code", "name_en", "name_ar", "weight", "may_be_not_applicable"}], and by how many.
CREATE TABLE innovation.rubrics (
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round             integer NOT NULL CHECK (round > 0),
    criteria          jsonb NOT NULL,
    lowest            numeric NOT NULL,
    highest           numeric NOT NULL,
    step              numeric NOT NULL,
    judges_per_entry  integer NOT NULL CHECK (judges_per_entry > 0),
    -- Whether each challenge is a panel of its own.
    is_by_challenge   boolean NOT NULL,
    PRIMARY KEY (hackathon_id, round)
);

CREATE TABLE innovation.proposals (
    proposal_id   uuid PRIMARY KEY,
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round         integer NOT NULL,
    seed          integer NOT NULL,
    made_at       timestamptz NOT NULL,
    published_at  timestamptz
);
CREATE INDEX proposals_of ON innovation.proposals (hackathon_id, made_at);
CREATE TABLE innovation.proposal_seats (
    proposal_id    uuid NOT NULL REFERENCES innovation.proposals (proposal_id),
    judge_id       uuid NOT NULL REFERENCES innovation.judges (judge_id),
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    is_bridge      boolean NOT NULL,
    is_new         boolean NOT NULL,
    PRIMARY KEY (proposal_id, judge_id, submission_id)
);

CREATE TABLE innovation.sheets (
    sheet_id          uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round             integer NOT NULL CHECK (round > 0),
    -- The challenge, or nothing where all are compared.
    track             text NOT NULL,
    submission_id     uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    judge_id          uuid NOT NULL REFERENCES innovation.judges (judge_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Marks by criterion as text, "n/a" where one does not apply.
    marks             jsonb NOT NULL DEFAULT '{}',
    comments          jsonb NOT NULL DEFAULT '{}',
    remark            text NOT NULL DEFAULT '',
    submitted_at      timestamptz
);
CREATE UNIQUE INDEX sheets_once ON innovation.sheets (round, judge_id, submission_id)
    WHERE state NOT IN ('declined', 'recused');
CREATE INDEX sheets_of_round ON innovation.sheets (hackathon_id, round, submission_id);
CREATE INDEX sheets_of_judge ON innovation.sheets (judge_id, round);

GRANT SELECT, INSERT, UPDATE ON innovation.judges, innovation.rubrics, innovation.proposals, innovation.sheets
    TO falaj_portal;
GRANT SELECT, INSERT ON innovation.proposal_seats TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.declarations TO falaj_portal;

-- What everybody may read of the innovation programme ------------------------------------

-- What everybody may read of the innovation programme. The role of the open data sees these views and
-- none of the tables behind them; they are barriers, so that no clever condition looks behind them either.
-- States are listed: one that is new is not public until it stands here.
CREATE SCHEMA open_innovation;

CREATE VIEW open_innovation.hackathons WITH (security_barrier) AS
SELECT hackathon_id, code, title_ar, title_en, summary_ar, summary_en,
       CASE WHEN state IN ('submissions_closed', 'screening', 'judging', 'deliberation') THEN 'being_judged'
            ELSE state END AS state,
       state_reason, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds
FROM innovation.hackathons AS hackathon
WHERE state IN ('announced', 'registration_open', 'team_formation_closed', 'running', 'submissions_closed',
                'screening', 'judging', 'deliberation', 'results_provisional', 'results_final', 'archived',
                'postponed')
   -- A draft that is given up was never public.
   OR (state = 'cancelled' AND EXISTS (
        SELECT FROM innovation.audit
        WHERE audit.object = hackathon.hackathon_id AND audit.machine = 'hackathon' AND audit.event = 'announce'));

-- Only dates that count: those of a hackathon that is called off do not, and while it is postponed the
-- next ones are still being planned.
CREATE VIEW open_innovation.deadlines WITH (security_barrier) AS
SELECT hackathon.hackathon_id, hackathon.code, hackathon.title_ar, hackathon.title_en,
       deadline.name, deadline.instant, deadline.zone,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'previous', previous, 'instant', extension.instant, 'reason', reason,
                      'extended_at', extended_at) ORDER BY extended_at, extension_id)
           FROM innovation.deadline_extensions AS extension
           WHERE extension.object_id = deadline.object_id AND extension.name = deadline.name
       ), '[]') AS extensions
FROM innovation.deadlines AS deadline
JOIN open_innovation.hackathons AS hackathon ON hackathon.hackathon_id = deadline.object_id
WHERE hackathon.state NOT IN ('postponed', 'cancelled');

-- Whose challenge it is stands there while the organisation is what it said it was, and when it exists no more.
CREATE VIEW open_innovation.challenges WITH (security_barrier) AS
SELECT challenge.challenge_id, challenge.hackathon_id, hackathon.code AS hackathon_code, challenge.title_ar,
       challenge.title_en, challenge.problem_ar, challenge.problem_en, 'published' AS state, challenge.terms,
       agency.organisation_id, agency.kind AS organisation_kind, agency.name_ar AS organisation_name_ar,
       agency.name_en AS organisation_name_en,
       ARRAY(SELECT source_code FROM innovation.challenge_datasets AS link
             WHERE link.challenge_id = challenge.challenge_id ORDER BY source_code) AS datasets,
       ARRAY(SELECT thing_code FROM innovation.challenge_things AS link
             WHERE link.challenge_id = challenge.challenge_id ORDER BY thing_code) AS things
FROM innovation.challenges AS challenge
JOIN open_innovation.hackathons AS hackathon USING (hackathon_id)
LEFT JOIN innovation.organisations AS agency
    ON agency.organisation_id = challenge.organisation_id AND agency.state IN ('verified', 'dissolved')
WHERE challenge.state IN ('published', 'locked');

-- Which challenges a dataset or a thing is linked by.
CREATE VIEW open_innovation.challenge_datasets WITH (security_barrier) AS
SELECT link.source_code, challenge.challenge_id, challenge.hackathon_code, challenge.title_ar, challenge.title_en
FROM innovation.challenge_datasets AS link JOIN open_innovation.challenges AS challenge USING (challenge_id);
CREATE VIEW open_innovation.challenge_things WITH (security_barrier) AS
SELECT link.thing_code, challenge.challenge_id, challenge.hackathon_code, challenge.title_ar, challenge.title_en
FROM innovation.challenge_things AS link JOIN open_innovation.challenges AS challenge USING (challenge_id);

CREATE VIEW open_innovation.organisations WITH (security_barrier) AS
SELECT organisation_id, kind, name_ar, name_en,
       (SELECT count(*) FROM open_innovation.challenges AS challenge
        WHERE challenge.organisation_id = organisation.organisation_id) AS challenge_count
FROM innovation.organisations AS organisation
WHERE state = 'verified';

GRANT USAGE ON SCHEMA open_innovation TO falaj_read;
GRANT SELECT ON open_innovation.hackathons, open_innovation.deadlines, open_innovation.challenges,
    open_innovation.challenge_datasets, open_innovation.challenge_things, open_innovation.organisations
    TO falaj_read;

-- Results -----------------------------------------------------------------------------------

-- One preparation of results; the newest that is released holds.
CREATE TABLE innovation.result_sets (
    result_set_id  uuid PRIMARY KEY,
    hackathon_id   uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    number         integer NOT NULL CHECK (number > 0),
    prepared_by    uuid,
    prepared_at    timestamptz NOT NULL,
    released_by    uuid,
    released_at    timestamptz,
    UNIQUE (hackathon_id, number)
);

CREATE TABLE innovation.placings (
    result_set_id  uuid NOT NULL REFERENCES innovation.result_sets (result_set_id),
    track          text NOT NULL,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    place          integer NOT NULL CHECK (place > 0),
    raw_place      integer NOT NULL CHECK (raw_place > 0),
    normalised     numeric NOT NULL,
    raw            numeric NOT NULL,
    spread         numeric,
    sheets         integer NOT NULL,
    -- What sets the place apart from the one above.
    separation     text,
    -- The method, not the jury, decides about this place of the podium.
    is_flagged     boolean NOT NULL,
    PRIMARY KEY (result_set_id, track, submission_id)
);
CREATE INDEX placings_in_order ON innovation.placings (result_set_id, track, place, submission_id);

-- The jury's own order of those who share a place.
CREATE TABLE innovation.panel_decisions (
    decision_id   uuid PRIMARY KEY,
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round         integer NOT NULL,
    track         text NOT NULL,
    ranking       uuid[] NOT NULL,
    reason        text NOT NULL,
    decided_by    uuid,
    decided_at    timestamptz NOT NULL
);
CREATE INDEX panel_decisions_of ON innovation.panel_decisions (hackathon_id, round, track);

CREATE TABLE innovation.appeals (
    appeal_id         uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    team_id           uuid NOT NULL UNIQUE REFERENCES innovation.teams (team_id),
    text              text NOT NULL,
    answer            text,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    filed_at          timestamptz NOT NULL
);
CREATE INDEX appeals_of ON innovation.appeals (hackathon_id, filed_at);

-- What judges' comments are shuffled by; it never leaves the hub.
CREATE TABLE innovation.feedback_seeds (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    seed          bytea NOT NULL CHECK (octet_length(seed) = 32)
);

-- When everybody can vote, half-open.
CREATE TABLE innovation.ballots (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    opens_at      timestamptz NOT NULL,
    closes_at     timestamptz NOT NULL CHECK (closes_at > opens_at)
);
-- That somebody has voted, so that nobody votes twice.
CREATE TABLE innovation.voters (
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    PRIMARY KEY (hackathon_id, person_id)
);
CREATE INDEX voters_of ON innovation.voters (person_id);
-- How many votes a submission has; of whom, nobody knows.
CREATE TABLE innovation.vote_counts (
    submission_id  uuid PRIMARY KEY REFERENCES innovation.submissions (submission_id),
    votes          bigint NOT NULL CHECK (votes > 0)
);

-- What becomes of a submission afterwards.
CREATE TABLE innovation.continuations (
    continuation_id  uuid PRIMARY KEY,
    submission_id    uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    kind             text NOT NULL CHECK (kind IN ('funding_call', 'pilot', 'marketplace')),
    reference        text NOT NULL,
    noted_at         timestamptz NOT NULL
);
CREATE INDEX continuations_of ON innovation.continuations (submission_id);

GRANT SELECT, INSERT ON innovation.placings, innovation.panel_decisions, innovation.feedback_seeds,
    innovation.continuations TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.result_sets, innovation.appeals, innovation.ballots TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.voters TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.vote_counts TO falaj_portal;

-- What somebody is certified, once each. What is signed stands in the credential.
CREATE TABLE innovation.certificates (
    certificate_id    uuid PRIMARY KEY,
    -- Its name in addresses.
    short_id          text NOT NULL UNIQUE CHECK (short_id ~ '^[0-9a-hjkmnp-tv-z]{10}$'),
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    kind              text NOT NULL CHECK (kind IN ('ambassador', 'participant', 'team_member', 'winner', 'judge')),
    -- The ambassador or the hackathon, and which of several terms.
    subject_id        uuid NOT NULL,
    occurrence        integer NOT NULL CHECK (occurrence >= 1),
    occasion_ar       text NOT NULL,
    occasion_en       text NOT NULL,
    starts_on         date NOT NULL,
    ends_on           date NOT NULL CHECK (ends_on >= starts_on),
    minutes           integer CHECK (minutes >= 0),
    reached           integer CHECK (reached >= 0),
    expires_at        timestamptz,
    -- As the holder approved it.
    name_ar           text,
    name_en           text,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Where it stands in the lists of revoked ones.
    number            integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    salt              text NOT NULL,
    issued_at         timestamptz,
    credential        text
);
CREATE UNIQUE INDEX certificates_once ON innovation.certificates (kind, subject_id, occurrence, person_id)
    WHERE state IN ('offered', 'issued');
CREATE INDEX certificates_of_person ON innovation.certificates (person_id, created_at);
CREATE INDEX certificates_newest ON innovation.certificates (created_at, certificate_id);
CREATE INDEX certificates_of_subject ON innovation.certificates (subject_id, kind, person_id);

GRANT SELECT, INSERT, UPDATE ON innovation.certificates TO falaj_portal;

-- What everybody may read of ambassadors, beside the rest of the open data of the programme.
-- Whoever is not listed cannot be found out by a condition that fails for them only.
CREATE VIEW open_innovation.ambassadors WITH (security_barrier) AS
SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en, is_emeritus
FROM innovation.ambassador_directory;
-- Online events belong to no governorate.
CREATE VIEW open_innovation.ambassador_reach WITH (security_barrier) AS
SELECT month, nullif(governorate, '') AS governorate, topic, audience, events, reached
FROM innovation.reach;
GRANT SELECT ON open_innovation.ambassadors, open_innovation.ambassador_reach TO falaj_read;

-- A team's keys of the open-data API belong to "team:<uuid>". The portal's role has no right to the keys
-- themselves: it reaches those of teams, and of teams only, by these functions.
CREATE INDEX api_keys_owner ON api_keys (owner);

-- Names stay taken; a piece of the digest, which opens nothing, makes this one new.
CREATE FUNCTION innovation.issue_team_key(
    team uuid, digest bytea, per_minute integer, per_day integer, at timestamptz, until timestamptz)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.api_keys
        (name, owner, key_digest, requests_per_minute, requests_per_day, created_at, expires_at)
    SELECT 'team-' || left(replace(team_id::text, '-', ''), 12) || '-' || left(encode(digest, 'hex'), 8),
           'team:' || team_id, digest, per_minute, per_day, at, until
    FROM innovation.teams WHERE team_id = team
$$;

CREATE FUNCTION innovation.revoke_team_key(team uuid, key integer, at timestamptz)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH revoked AS (
        UPDATE public.api_keys SET revoked_at = at
        WHERE api_key_id = key AND owner = 'team:' || team AND revoked_at IS NULL
        RETURNING 1)
    SELECT EXISTS (SELECT FROM revoked)
$$;

-- All that a team ever had, numbered as they came; they are never deleted.
CREATE FUNCTION innovation.team_keys(team uuid, today date)
    RETURNS TABLE (
        api_key_id integer, number bigint, requests_per_minute integer, requests_per_day integer,
        created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, requests_today bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT known.api_key_id, row_number() OVER (ORDER BY known.api_key_id), known.requests_per_minute,
           known.requests_per_day, known.created_at, known.expires_at, known.revoked_at,
           coalesce(used.request_count, 0)
    FROM public.api_keys AS known
    LEFT JOIN public.api_usage AS used ON used.api_key_id = known.api_key_id AND used.day = today
    WHERE known.owner = 'team:' || team
    ORDER BY known.api_key_id
$$;

CREATE FUNCTION innovation.team_key_usage(team uuid, since date)
    RETURNS TABLE (day date, request_count bigint, limited_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT used.day, sum(used.request_count)::bigint, sum(used.limited_count)::bigint
    FROM public.api_keys AS known JOIN public.api_usage AS used USING (api_key_id)
    WHERE known.owner = 'team:' || team AND used.day >= since
    GROUP BY used.day
    ORDER BY used.day
$$;

-- Whatever ends a team ends its keys, in the same transaction.
CREATE FUNCTION innovation.end_keys_of_team()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    WHERE owner = 'team:' || NEW.team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.teams
    FOR EACH ROW WHEN (NEW.state IN ('expired', 'withdrawn', 'disqualified'))
    EXECUTE FUNCTION innovation.end_keys_of_team();

-- A hackathon that will not be, or that is put away.
CREATE FUNCTION innovation.end_keys_of_hackathon()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.hackathon_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.hackathons
    FOR EACH ROW WHEN (NEW.state IN ('cancelled', 'archived'))
    EXECUTE FUNCTION innovation.end_keys_of_hackathon();

-- A hackathon that lasts longer, or is planned anew, moves the end of its teams' keys with it.
CREATE FUNCTION innovation.move_end_of_keys()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET expires_at = expires_at + (NEW.instant - OLD.instant)
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.object_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER move_end_of_keys AFTER UPDATE OF instant ON innovation.deadlines
    FOR EACH ROW WHEN (NEW.name = 'appeals_close' AND NEW.instant <> OLD.instant)
    EXECUTE FUNCTION innovation.move_end_of_keys();

REVOKE ALL ON FUNCTION
    innovation.issue_team_key, innovation.revoke_team_key, innovation.team_keys, innovation.team_key_usage,
    innovation.end_keys_of_team, innovation.end_keys_of_hackathon, innovation.move_end_of_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    innovation.issue_team_key, innovation.revoke_team_key, innovation.team_keys, innovation.team_key_usage
    TO falaj_portal;

-- What everybody may read of a contest, beside the rest of the open data of the programme. States are listed: one
-- that is new is not public until it stands here.
--
-- A page is to cost as much as its rows, however many there are besides. So whether a row is public is asked row by
-- row, in the order of an index: a join would be decided for all of them before the first is told. What is the same
-- for all rows stands in an array, which is made once; what is told besides is looked up for one row at a time.

-- The gallery, from the beginning of judging on: what was handed in last, and nothing that was written since.
CREATE VIEW innovation.public_submissions AS
SELECT submission_id, hackathon_id, team_id, state, versions
FROM innovation.submissions AS submission
WHERE state IN ('eligible', 'finalist', 'not_selected')
  AND hackathon_id = ANY (ARRAY(
      SELECT hackathon.hackathon_id FROM innovation.hackathons AS hackathon
      WHERE hackathon.state IN ('judging', 'deliberation', 'results_provisional', 'results_final', 'archived')))
  AND (SELECT team.state = 'locked' FROM innovation.teams AS team WHERE team.team_id = submission.team_id)
  AND (SELECT true FROM innovation.submission_versions AS version
       WHERE version.submission_id = submission.submission_id AND version.number = submission.versions);

CREATE VIEW open_innovation.submissions WITH (security_barrier) AS
SELECT submission.submission_id, submission.hackathon_id, told.hackathon_code,
       (SELECT team.challenge_id FROM innovation.teams AS team
        WHERE team.team_id = submission.team_id
          AND team.challenge_id = ANY (ARRAY(SELECT challenge.challenge_id FROM open_innovation.challenges AS challenge))
       ) AS challenge_id,
       told.title, told.summary, told.team, submission.state, told.submitted_at, told.sha256,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('kind', kind, 'reference', reference)
                            ORDER BY noted_at, continuation_id)
           FROM innovation.continuations AS own WHERE own.submission_id = submission.submission_id
       ), '[]') AS continuations
FROM innovation.public_submissions AS submission
CROSS JOIN LATERAL (
    SELECT hackathon.code AS hackathon_code, version.content ->> 'title' AS title,
           version.content ->> 'summary' AS summary, team.name AS team, version.submitted_at,
           encode(version.digest, 'hex') AS sha256
    FROM innovation.hackathons AS hackathon, innovation.teams AS team, innovation.submission_versions AS version
    WHERE hackathon.hackathon_id = submission.hackathon_id AND team.team_id = submission.team_id
      AND version.submission_id = submission.submission_id AND version.number = submission.versions
    LIMIT 1
) AS told
ORDER BY submission.submission_id;

-- The results of each hackathon that were released last.
CREATE VIEW innovation.told_results AS
SELECT told.result_set_id, told.hackathon_id, hackathon.code AS hackathon_code,
       hackathon.title_ar AS hackathon_title_ar, hackathon.title_en AS hackathon_title_en,
       CASE hackathon.state WHEN 'results_provisional' THEN 'provisional' ELSE 'final' END AS status,
       told.released_at
FROM innovation.result_sets AS told JOIN innovation.hackathons AS hackathon USING (hackathon_id)
WHERE told.released_at IS NOT NULL AND hackathon.state IN ('results_provisional', 'results_final', 'archived')
  AND NOT EXISTS (SELECT FROM innovation.result_sets AS later
                  WHERE later.hackathon_id = told.hackathon_id AND later.released_at IS NOT NULL
                    AND later.number > told.number);

CREATE VIEW open_innovation.told_results WITH (security_barrier) AS
SELECT result_set_id, hackathon_id, hackathon_code, hackathon_title_ar, hackathon_title_en, status, released_at
FROM innovation.told_results;

-- Their places; what has left the contest since is not named any more.
CREATE VIEW open_innovation.placings WITH (security_barrier) AS
SELECT result_set_id, track,
       CASE WHEN track = ANY (ARRAY(SELECT challenge.challenge_id::text FROM open_innovation.challenges AS challenge))
            THEN track::uuid END AS challenge_id,
       place, submission_id, normalised, raw, raw_place, sheets
FROM innovation.placings AS placed
WHERE result_set_id = ANY (ARRAY(SELECT told.result_set_id FROM innovation.told_results AS told))
  AND (SELECT true FROM innovation.public_submissions AS submission
       WHERE submission.submission_id = placed.submission_id)
ORDER BY result_set_id, track, place, submission_id;

-- One vote a person, none for one's own team; told once voting has closed.
CREATE VIEW innovation.peoples_choice AS
SELECT hackathon_id, submission_id, votes, rank() OVER (PARTITION BY hackathon_id ORDER BY votes DESC) AS place
FROM innovation.vote_counts
JOIN innovation.public_submissions USING (submission_id)
JOIN innovation.ballots USING (hackathon_id)
WHERE closes_at <= now();

-- Who won what once results are final: the first three places of each track, and the people's choice.
CREATE VIEW open_innovation.awards WITH (security_barrier) AS
SELECT told.hackathon_id, 'place' AS award, placed.track, placed.challenge_id, placed.place::bigint AS place,
       NULL::bigint AS votes, placed.submission_id
FROM innovation.told_results AS told
CROSS JOIN LATERAL (
    SELECT track, challenge_id, place, submission_id FROM open_innovation.placings
    WHERE placings.result_set_id = told.result_set_id AND placings.place <= 3
    OFFSET 0
) AS placed
WHERE told.status = 'final'
UNION ALL
SELECT choice.hackathon_id, 'peoples_choice', '', NULL::uuid, choice.place, choice.votes, choice.submission_id
FROM innovation.peoples_choice AS choice
JOIN innovation.hackathons AS hackathon USING (hackathon_id)
WHERE choice.place = 1 AND hackathon.state IN ('results_final', 'archived');

GRANT SELECT ON open_innovation.submissions, open_innovation.told_results, open_innovation.placings,
    open_innovation.awards TO falaj_read;

-- A program of somebody's own speaks for them with one of these. It is shown once and never stored.
CREATE TABLE innovation.access_tokens (
    token_id      uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    name          text NOT NULL,
    -- What it may be used for, each with no more than the person may at that moment.
    scopes        text[] NOT NULL CHECK (cardinality(scopes) > 0),
    -- SHA-256 of the whole token; it is found by this index.
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL CHECK (expires_at > created_at),
    last_used_at  timestamptz,
    revoked_at    timestamptz
);
CREATE INDEX access_tokens_of ON innovation.access_tokens (person_id, created_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.access_tokens TO falaj_portal;
