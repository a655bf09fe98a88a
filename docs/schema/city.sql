-- The schema of `city` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/city/datasets.sql

CREATE TABLE dataset_days (
    source_id integer NOT NULL,
    local_date date NOT NULL,
    change_count bigint NOT NULL DEFAULT 1,
    changed_at timestamp with time zone NOT NULL DEFAULT now(),
    due_since timestamp with time zone NOT NULL DEFAULT now(),
    written_change_count bigint,
    row_count bigint,
    byte_count bigint,
    sha256 bytea,
    first_phenomenon_time timestamp with time zone,
    last_phenomenon_time timestamp with time zone,
    generated_at timestamp with time zone,
    verified_at timestamp with time zone,
    archived_change_count bigint,
    CONSTRAINT dataset_days_pkey PRIMARY KEY (source_id, local_date),
    CONSTRAINT dataset_days_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT dataset_days_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
) WITH (fillfactor=50);
GRANT SELECT ON dataset_days TO falaj_read;
GRANT INSERT, SELECT, UPDATE ON dataset_days TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/dead_letters.sql

CREATE TABLE dead_letters (
    dead_letter_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    digest bytea NOT NULL,
    topic text NOT NULL,
    payload bytea NOT NULL,
    payload_bytes integer NOT NULL GENERATED ALWAYS AS (octet_length(payload)) STORED,
    reason text NOT NULL,
    detail text NOT NULL,
    status text NOT NULL DEFAULT 'open'::text,
    times_received integer NOT NULL DEFAULT 1,
    times_replayed integer NOT NULL DEFAULT 0,
    first_received_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL,
    last_replayed_at timestamp with time zone,
    batch_id bigint NOT NULL,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (dead_letter_id),
    CONSTRAINT dead_letters_digest_key UNIQUE (digest),
    CONSTRAINT dead_letters_status_check CHECK (status = ANY (ARRAY['open'::text, 'replayed'::text, 'discarded'::text]))
);
CREATE INDEX dead_letters_removal ON dead_letters USING btree ((status = 'open'::text), last_received_at, dead_letter_id);
CREATE INDEX dead_letters_status ON dead_letters USING btree (status, reason, dead_letter_id) INCLUDE (payload_bytes);
CREATE INDEX dead_letters_topic ON dead_letters USING btree (topic text_pattern_ops) WHERE status = 'open'::text;
GRANT SELECT, UPDATE (status, times_replayed, last_replayed_at) ON dead_letters TO falaj_admin;
GRANT INSERT, SELECT, UPDATE ON dead_letters TO falaj_ingest;
GRANT SELECT (dead_letter_id, reason, status, times_received, first_received_at, last_received_at) ON dead_letters TO falaj_read;
GRANT SELECT, UPDATE (status, times_replayed, last_replayed_at) ON dead_letters TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE, UPDATE (status) ON dead_letters TO falaj_worker;

CREATE TABLE dead_letter_removals (
    reason text NOT NULL,
    status text NOT NULL,
    removed_count bigint NOT NULL,
    removed_bytes bigint NOT NULL,
    last_removed_at timestamp with time zone NOT NULL,
    CONSTRAINT dead_letter_removals_pkey PRIMARY KEY (reason, status)
);
GRANT SELECT ON dead_letter_removals TO falaj_admin;
GRANT INSERT, SELECT, UPDATE ON dead_letter_removals TO falaj_ingest;
GRANT SELECT ON dead_letter_removals TO falaj_read;
GRANT INSERT, SELECT, UPDATE ON dead_letter_removals TO falaj_worker;

CREATE TABLE dead_letter_counts (
    status text NOT NULL,
    reason text NOT NULL,
    letter_count bigint NOT NULL,
    payload_bytes bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT dead_letter_counts_pkey PRIMARY KEY (status, reason)
);
GRANT SELECT ON dead_letter_counts TO falaj_admin;
GRANT SELECT ON dead_letter_counts TO falaj_read;
GRANT DELETE, INSERT, SELECT ON dead_letter_counts TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/failures.sql

CREATE TABLE failures (
    job text NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    is_begun boolean NOT NULL,
    CONSTRAINT failures_pkey PRIMARY KEY (job, subject)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON failures TO falaj_portal;
GRANT DELETE, INSERT, SELECT, UPDATE ON failures TO falaj_worker;

CREATE VIEW failure_counts AS
 SELECT job,
    count(*) AS failures,
    bool_or(subject = ''::text) AS is_whole,
    min(first_at) AS first_at,
    max(last_at) AS last_at
   FROM failures
  WHERE attempts > 0
  GROUP BY job;
GRANT SELECT ON failure_counts TO falaj_read;

CREATE VIEW bulk_failures AS
 SELECT subject,
    due_at
   FROM failures
  WHERE job = 'bulk_files'::text AND attempts > 0;
GRANT SELECT ON bulk_failures TO falaj_read;

-- citycore/store/migrations/versions/b001/city/forecasts.sql

CREATE TABLE forecasts (
    forecast_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    datastream_id integer NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    origin timestamp with time zone NOT NULL,
    horizon_hours integer NOT NULL,
    model text NOT NULL,
    baseline text NOT NULL,
    mae double precision,
    baseline_mae double precision,
    skill double precision,
    backtest_origins integer NOT NULL,
    coverage_50 double precision,
    coverage_80 double precision,
    coverage_95 double precision,
    training_start timestamp with time zone NOT NULL,
    training_hours integer NOT NULL,
    data_digest text NOT NULL,
    fallback_reason text,
    candidates jsonb NOT NULL,
    is_provisional boolean NOT NULL DEFAULT false,
    choice jsonb,
    levels jsonb NOT NULL DEFAULT '[]'::jsonb,
    blocks jsonb NOT NULL DEFAULT '[]'::jsonb,
    CONSTRAINT forecasts_pkey PRIMARY KEY (forecast_id),
    CONSTRAINT forecasts_datastream_id_issued_at_key UNIQUE (datastream_id, issued_at),
    CONSTRAINT forecasts_horizon_hours_check CHECK (horizon_hours > 0),
    CONSTRAINT forecasts_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
GRANT SELECT ON forecasts TO falaj_read;
GRANT SELECT ON forecasts TO falaj_registry;
GRANT DELETE, INSERT, SELECT ON forecasts TO falaj_worker;

CREATE TABLE forecast_values (
    forecast_id bigint NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    median double precision NOT NULL,
    lower_50 double precision NOT NULL,
    upper_50 double precision NOT NULL,
    lower_80 double precision NOT NULL,
    upper_80 double precision NOT NULL,
    lower_95 double precision NOT NULL,
    upper_95 double precision NOT NULL,
    CONSTRAINT forecast_values_pkey PRIMARY KEY (forecast_id, phenomenon_time),
    CONSTRAINT forecast_values_forecast_id_fkey FOREIGN KEY (forecast_id) REFERENCES forecasts(forecast_id) ON DELETE CASCADE
);
GRANT SELECT ON forecast_values TO falaj_read;
GRANT SELECT ON forecast_values TO falaj_registry;
GRANT DELETE, INSERT, SELECT ON forecast_values TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/keys.sql

CREATE TABLE api_keys (
    api_key_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    key_digest bytea NOT NULL,
    requests_per_minute integer NOT NULL,
    requests_per_day integer NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    limit_subject text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN starts_with(owner, 'team:'::text) THEN owner
    ELSE 'key:'::text || api_key_id
END) STORED,
    CONSTRAINT api_keys_pkey PRIMARY KEY (api_key_id),
    CONSTRAINT api_keys_key_digest_key UNIQUE (key_digest),
    CONSTRAINT api_keys_name_key UNIQUE (name),
    CONSTRAINT api_keys_key_digest_check CHECK (octet_length(key_digest) = 32),
    CONSTRAINT api_keys_name_check CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text),
    CONSTRAINT api_keys_requests_per_day_check CHECK (requests_per_day > 0),
    CONSTRAINT api_keys_requests_per_minute_check CHECK (requests_per_minute > 0)
);
CREATE INDEX api_keys_owner ON api_keys USING btree (owner);
GRANT SELECT (api_key_id, key_digest, requests_per_minute, requests_per_day, expires_at, revoked_at, limit_subject) ON api_keys TO falaj_usage;

CREATE TABLE api_usage (
    api_key_id integer NOT NULL,
    day date NOT NULL,
    request_count bigint NOT NULL,
    limited_count bigint NOT NULL,
    CONSTRAINT api_usage_pkey PRIMARY KEY (api_key_id, day),
    CONSTRAINT api_usage_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(api_key_id)
);
GRANT INSERT, SELECT, UPDATE ON api_usage TO falaj_usage;

CREATE UNLOGGED TABLE api_windows (
    subject text NOT NULL,
    window_start bigint NOT NULL,
    window_seconds integer NOT NULL,
    reserved integer NOT NULL,
    granted integer NOT NULL,
    CONSTRAINT api_windows_pkey PRIMARY KEY (subject, window_seconds, window_start)
) WITH (fillfactor=70);
GRANT DELETE, INSERT, SELECT, UPDATE ON api_windows TO falaj_usage;

-- citycore/store/migrations/versions/b001/city/ledger.sql

CREATE SEQUENCE ingest_batch_ids;
GRANT USAGE ON ingest_batch_ids TO falaj_ingest;

CREATE TABLE ingest_batches (
    batch_id bigint NOT NULL,
    worker text NOT NULL,
    messages integer NOT NULL,
    received integer NOT NULL,
    stored integer NOT NULL,
    duplicate integer NOT NULL,
    conflicting integer NOT NULL,
    quarantined integer NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    committed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ingest_batches_pkey PRIMARY KEY (batch_id),
    CONSTRAINT ingest_batches_conflicting_check CHECK (conflicting >= 0),
    CONSTRAINT ingest_batches_duplicate_check CHECK (duplicate >= 0),
    CONSTRAINT ingest_batches_quarantined_check CHECK (quarantined >= 0),
    CONSTRAINT ingest_batches_stored_check CHECK (stored >= 0),
    CONSTRAINT ledger_closes CHECK (received = (stored + duplicate + conflicting + quarantined))
);
CREATE INDEX ingest_batches_committed ON ingest_batches USING brin (committed_at);
CREATE INDEX ingest_batches_transaction ON ingest_batches USING btree (transaction_id);
GRANT INSERT, SELECT ON ingest_batches TO falaj_ingest;
GRANT SELECT ON ingest_batches TO falaj_read;
GRANT SELECT ON ingest_batches TO falaj_registry;
GRANT SELECT ON ingest_batches TO falaj_worker;

CREATE TABLE ingest_totals (
    worker text NOT NULL,
    batches bigint NOT NULL,
    messages bigint NOT NULL,
    received bigint NOT NULL,
    stored bigint NOT NULL,
    duplicate bigint NOT NULL,
    conflicting bigint NOT NULL,
    quarantined bigint NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    CONSTRAINT ingest_totals_pkey PRIMARY KEY (worker),
    CONSTRAINT totals_close CHECK (received = (stored + duplicate + conflicting + quarantined))
) WITH (fillfactor=50);
GRANT INSERT, SELECT, UPDATE ON ingest_totals TO falaj_ingest;
GRANT SELECT ON ingest_totals TO falaj_read;
GRANT SELECT ON ingest_totals TO falaj_worker;

CREATE TABLE component_reports (
    component text NOT NULL,
    instance text NOT NULL DEFAULT ''::text,
    reported_at timestamp with time zone NOT NULL,
    waiting_messages bigint,
    waiting_since timestamp with time zone,
    CONSTRAINT component_reports_pkey PRIMARY KEY (component, instance),
    CONSTRAINT component_reports_component_check CHECK (component = ANY (ARRAY['ingest'::text, 'worker'::text, 'broker'::text])),
    CONSTRAINT component_reports_waiting_messages_check CHECK (waiting_messages >= 0)
) WITH (fillfactor=50);
GRANT DELETE, INSERT, SELECT, UPDATE ON component_reports TO falaj_ingest;
GRANT SELECT ON component_reports TO falaj_read;
GRANT SELECT ON component_reports TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON component_reports TO falaj_worker;

CREATE TABLE dirty_buckets (
    batch_id bigint NOT NULL,
    datastream_ids integer[] NOT NULL,
    bucket_hours integer[] NOT NULL,
    first_times bigint[],
    last_times bigint[],
    CONSTRAINT dirty_buckets_pkey PRIMARY KEY (batch_id)
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100);
GRANT INSERT, SELECT, UPDATE ON dirty_buckets TO falaj_ingest;
GRANT SELECT (batch_id) ON dirty_buckets TO falaj_read;
GRANT DELETE, SELECT ON dirty_buckets TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/loads.sql

CREATE TABLE loads (
    digest bytea NOT NULL,
    source_code text NOT NULL,
    worker text NOT NULL,
    file_name text NOT NULL,
    lines_done bigint NOT NULL DEFAULT 0,
    received bigint NOT NULL DEFAULT 0,
    stored bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    conflicting bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    missing bigint NOT NULL DEFAULT 0,
    dead_letters bigint NOT NULL DEFAULT 0,
    outcome_bytes bigint NOT NULL DEFAULT 0,
    started_at timestamp with time zone NOT NULL DEFAULT now(),
    completed_at timestamp with time zone,
    CONSTRAINT loads_pkey PRIMARY KEY (digest, source_code),
    CONSTRAINT load_closes CHECK (received = (stored + duplicate + conflicting + quarantined))
);
GRANT INSERT, SELECT, UPDATE ON loads TO falaj_ingest;
GRANT SELECT ON loads TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/observations.sql

-- CHUNKS OF phenomenon_time: 28 days
CREATE TABLE observations (
    datastream_id integer NOT NULL,
    quality smallint NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    result double precision NOT NULL,
    batch_id bigint NOT NULL,
    CONSTRAINT observations_pkey PRIMARY KEY (datastream_id, phenomenon_time)
);
CREATE INDEX observations_batch ON observations USING brin (batch_id) WITH (pages_per_range='32', autosummarize='on');
GRANT INSERT, SELECT, UPDATE ON observations TO falaj_ingest;
GRANT SELECT ON observations TO falaj_read;
GRANT SELECT ON observations TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations TO falaj_worker;

-- CHUNKS OF phenomenon_time: 28 days
CREATE TABLE observations_category (
    datastream_id integer NOT NULL,
    quality smallint NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    result text NOT NULL,
    batch_id bigint NOT NULL,
    CONSTRAINT observations_category_pkey PRIMARY KEY (datastream_id, phenomenon_time)
);
CREATE INDEX observations_category_batch ON observations_category USING brin (batch_id) WITH (pages_per_range='32', autosummarize='on');
GRANT INSERT, SELECT, UPDATE ON observations_category TO falaj_ingest;
GRANT SELECT ON observations_category TO falaj_read;
GRANT SELECT ON observations_category TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_category TO falaj_worker;

-- CHUNKS OF phenomenon_time: 28 days
CREATE TABLE observations_position (
    datastream_id integer NOT NULL,
    quality smallint NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    batch_id bigint NOT NULL,
    CONSTRAINT observations_position_pkey PRIMARY KEY (datastream_id, phenomenon_time),
    CONSTRAINT observations_position_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
    CONSTRAINT observations_position_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision)
);
CREATE INDEX observations_position_batch ON observations_position USING brin (batch_id) WITH (pages_per_range='32', autosummarize='on');
GRANT INSERT, SELECT, UPDATE ON observations_position TO falaj_ingest;
GRANT SELECT ON observations_position TO falaj_read;
GRANT SELECT ON observations_position TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_position TO falaj_worker;

CREATE TABLE latest (
    datastream_id integer NOT NULL,
    quality smallint NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    result double precision,
    result_text text,
    longitude double precision,
    latitude double precision,
    batch_id bigint NOT NULL,
    CONSTRAINT latest_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT latest_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
) WITH (fillfactor=70);
GRANT INSERT, SELECT, UPDATE ON latest TO falaj_ingest;
GRANT SELECT ON latest TO falaj_read;
GRANT SELECT ON latest TO falaj_registry;
GRANT SELECT ON latest TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/registry.sql

CREATE TABLE sources (
    source_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    time_policy text NOT NULL DEFAULT 'reject'::text,
    zone text,
    retained_policy text NOT NULL DEFAULT 'store'::text,
    licence text,
    attribution text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    description_en text,
    description_ar text,
    provider_en text,
    provider_ar text,
    homepage text,
    licence_url text,
    licence_name_en text,
    licence_name_ar text,
    decoder text NOT NULL DEFAULT 'native'::text,
    topic_filters text[] NOT NULL DEFAULT '{}'::text[],
    mapping jsonb NOT NULL DEFAULT '{}'::jsonb,
    codec jsonb,
    owner text,
    review text NOT NULL DEFAULT 'accepted'::text,
    CONSTRAINT sources_pkey PRIMARY KEY (source_id),
    CONSTRAINT sources_code_key UNIQUE (code),
    CONSTRAINT sources_code_check CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text),
    CONSTRAINT sources_decoder_check CHECK (decoder ~ '^[a-z][a-z0-9_]{0,62}$'::text),
    CONSTRAINT sources_kind_check CHECK (kind = ANY (ARRAY['device'::text, 'simulated'::text, 'recorded'::text])),
    CONSTRAINT sources_mapping_check CHECK (jsonb_typeof(mapping) = 'object'::text),
    CONSTRAINT sources_owner_check CHECK (owner ~ '^(organisation|team):[0-9a-f-]{36}$'::text),
    CONSTRAINT sources_retained_policy_check CHECK (retained_policy = ANY (ARRAY['store'::text, 'ignore'::text])),
    CONSTRAINT sources_review_check CHECK (review = ANY (ARRAY['waiting'::text, 'accepted'::text, 'refused'::text, 'taken_out'::text])),
    CONSTRAINT sources_time_policy_check CHECK (time_policy = ANY (ARRAY['reject'::text, 'receive_time'::text]))
);
CREATE INDEX sources_not_accepted ON sources USING btree (source_id) WHERE review <> 'accepted'::text;
CREATE INDEX sources_owner ON sources USING btree (owner) WHERE owner IS NOT NULL;
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON sources FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER follow_review AFTER UPDATE OF review ON sources FOR EACH ROW WHEN (old.review IS DISTINCT FROM new.review) EXECUTE FUNCTION follow_review();
CREATE TRIGGER follow_zone AFTER UPDATE OF zone ON sources FOR EACH ROW WHEN (COALESCE(old.zone, ''::text) <> COALESCE(new.zone, ''::text)) EXECUTE FUNCTION follow_zone();
GRANT SELECT (code, topic_filters) ON sources TO falaj_admin;
GRANT SELECT ON sources TO falaj_ingest;
GRANT SELECT (xmin, source_id, code, kind, name_en, name_ar, time_policy, zone, retained_policy, licence, attribution, created_at, description_en, description_ar, provider_en, provider_ar, homepage, licence_url, licence_name_en, licence_name_ar, decoder, review) ON sources TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON sources TO falaj_registry;
GRANT SELECT ON sources TO falaj_worker;

CREATE TABLE observed_properties (
    code text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    sector text NOT NULL,
    unit text NOT NULL,
    lower_bound double precision,
    upper_bound double precision,
    is_circular boolean NOT NULL DEFAULT false,
    is_forecast boolean NOT NULL DEFAULT false,
    lowest_possible double precision,
    highest_possible double precision,
    is_amount boolean NOT NULL DEFAULT false,
    result_type text NOT NULL DEFAULT 'measurement'::text,
    aliases text[] NOT NULL DEFAULT '{}'::text[],
    definition text,
    is_edited boolean NOT NULL DEFAULT false,
    quality_tests jsonb NOT NULL DEFAULT '{}'::jsonb,
    observed_property_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    CONSTRAINT observed_properties_pkey PRIMARY KEY (code),
    CONSTRAINT observed_properties_id UNIQUE (observed_property_id),
    CONSTRAINT observed_properties_code_check CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'::text),
    CONSTRAINT observed_properties_quality_tests_check CHECK (jsonb_typeof(quality_tests) = 'object'::text),
    CONSTRAINT observed_properties_result_type_check CHECK (result_type = ANY (ARRAY['measurement'::text, 'category'::text, 'position'::text])),
    CONSTRAINT observed_properties_sector_fkey FOREIGN KEY (sector) REFERENCES sectors(code)
);
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON observed_properties FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
GRANT SELECT ON observed_properties TO falaj_ingest;
GRANT SELECT (code, name_en, name_ar, result_type) ON observed_properties TO falaj_portal;
GRANT SELECT ON observed_properties TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observed_properties TO falaj_registry;
GRANT SELECT ON observed_properties TO falaj_worker;

CREATE TABLE places (
    code text NOT NULL,
    kind text NOT NULL,
    parent_code text,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    geometry jsonb NOT NULL,
    provenance text NOT NULL,
    zone text,
    CONSTRAINT places_pkey PRIMARY KEY (code),
    CONSTRAINT places_code_check CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text),
    CONSTRAINT places_kind_check CHECK (kind = ANY (ARRAY['governorate'::text, 'wilayat'::text, 'other'::text])),
    CONSTRAINT places_parent_code_fkey FOREIGN KEY (parent_code) REFERENCES places(code) DEFERRABLE INITIALLY DEFERRED
);
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON places FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER follow_zone AFTER UPDATE OF zone ON places FOR EACH ROW WHEN (COALESCE(old.zone, ''::text) <> COALESCE(new.zone, ''::text)) EXECUTE FUNCTION follow_zone();
GRANT SELECT ON places TO falaj_ingest;
GRANT SELECT (code, name_en, name_ar) ON places TO falaj_portal;
GRANT SELECT ON places TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON places TO falaj_registry;
GRANT SELECT ON places TO falaj_worker;

CREATE TABLE things (
    thing_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    code text NOT NULL,
    source_id integer NOT NULL,
    kind text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    longitude double precision,
    latitude double precision,
    place_code text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    device text,
    is_counted boolean NOT NULL DEFAULT true,
    CONSTRAINT things_pkey PRIMARY KEY (thing_id),
    CONSTRAINT things_code_key UNIQUE (code),
    CONSTRAINT things_check CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CONSTRAINT things_code_check CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text),
    CONSTRAINT things_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
    CONSTRAINT things_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision),
    CONSTRAINT things_place_code_fkey FOREIGN KEY (place_code) REFERENCES places(code) ON DELETE SET NULL,
    CONSTRAINT things_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
CREATE UNIQUE INDEX things_device ON things USING btree (source_id, device) WHERE device IS NOT NULL;
CREATE INDEX things_not_counted ON things USING btree (thing_id) WHERE NOT is_counted;
CREATE INDEX things_place ON things USING btree (place_code);
CREATE INDEX things_source ON things USING btree (source_id);
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON things FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER count_as_source BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION count_as_source();
CREATE TRIGGER follow_zone AFTER UPDATE OF place_code ON things FOR EACH ROW WHEN (COALESCE(old.place_code, ''::text) <> COALESCE(new.place_code, ''::text)) EXECUTE FUNCTION follow_zone();
GRANT SELECT ON things TO falaj_ingest;
GRANT SELECT ON things TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON things TO falaj_registry;
GRANT SELECT ON things TO falaj_worker;

CREATE TABLE datastreams (
    datastream_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    thing_id integer NOT NULL,
    observed_property_code text NOT NULL,
    unit text NOT NULL,
    result_type text NOT NULL DEFAULT 'measurement'::text,
    conflict_policy text NOT NULL DEFAULT 'keep_first'::text,
    interval_seconds integer,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    sensor_id integer,
    quality_tests jsonb NOT NULL DEFAULT '{}'::jsonb,
    is_counted boolean NOT NULL DEFAULT true,
    CONSTRAINT datastreams_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT datastreams_thing_property_sensor UNIQUE NULLS NOT DISTINCT (thing_id, observed_property_code, sensor_id),
    CONSTRAINT datastreams_conflict_policy_check CHECK (conflict_policy = ANY (ARRAY['keep_first'::text, 'keep_last'::text, 'quarantine'::text])),
    CONSTRAINT datastreams_interval_seconds_check CHECK (interval_seconds > 0),
    CONSTRAINT datastreams_quality_tests_check CHECK (jsonb_typeof(quality_tests) = 'object'::text),
    CONSTRAINT datastreams_result_type_check CHECK (result_type = ANY (ARRAY['measurement'::text, 'category'::text, 'position'::text])),
    CONSTRAINT datastreams_observed_property_code_fkey FOREIGN KEY (observed_property_code) REFERENCES observed_properties(code),
    CONSTRAINT datastreams_sensor_id_fkey FOREIGN KEY (sensor_id) REFERENCES sensors(sensor_id),
    CONSTRAINT datastreams_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id)
);
CREATE INDEX datastreams_not_counted ON datastreams USING btree (datastream_id) WHERE NOT is_counted;
CREATE INDEX datastreams_property ON datastreams USING btree (observed_property_code);
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON datastreams FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER count_as_source BEFORE INSERT ON datastreams FOR EACH ROW EXECUTE FUNCTION count_as_source();
CREATE TRIGGER follow_interval AFTER UPDATE OF interval_seconds ON datastreams FOR EACH ROW WHEN (new.interval_seconds IS NOT NULL AND old.interval_seconds IS DISTINCT FROM new.interval_seconds) EXECUTE FUNCTION follow_interval();
CREATE TRIGGER follow_interval_of_new AFTER INSERT ON datastreams FOR EACH ROW WHEN (new.interval_seconds IS NOT NULL) EXECUTE FUNCTION follow_interval();
GRANT SELECT ON datastreams TO falaj_ingest;
GRANT SELECT ON datastreams TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON datastreams TO falaj_registry;
GRANT SELECT, UPDATE (interval_seconds) ON datastreams TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/rollups.sql

-- CHUNKS OF bucket_start: 180 days
CREATE TABLE observations_hourly (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    observation_count integer NOT NULL,
    expected_count integer,
    mean double precision,
    minimum double precision,
    maximum double precision,
    standard_deviation double precision,
    p05 double precision,
    p50 double precision,
    p95 double precision,
    good_count integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count integer NOT NULL,
    bad_count integer NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    first_result double precision,
    last_result double precision,
    total double precision,
    counted_until timestamp with time zone,
    CONSTRAINT observations_hourly_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor=75);
GRANT SELECT ON observations_hourly TO falaj_read;
GRANT SELECT ON observations_hourly TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_hourly TO falaj_worker;

-- CHUNKS OF bucket_start: 60 days
CREATE TABLE observations_quarter_hourly (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    observation_count integer NOT NULL,
    expected_count integer,
    mean double precision,
    minimum double precision,
    maximum double precision,
    standard_deviation double precision,
    p05 double precision,
    p50 double precision,
    p95 double precision,
    good_count integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count integer NOT NULL,
    bad_count integer NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    first_result double precision,
    last_result double precision,
    total double precision,
    counted_until timestamp with time zone,
    CONSTRAINT observations_quarter_hourly_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor=75);
GRANT SELECT ON observations_quarter_hourly TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_quarter_hourly TO falaj_worker;

-- CHUNKS OF bucket_start: 1800 days
CREATE TABLE observations_daily (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    observation_count integer NOT NULL,
    expected_count integer,
    mean double precision,
    minimum double precision,
    maximum double precision,
    standard_deviation double precision,
    p05 double precision,
    p50 double precision,
    p95 double precision,
    good_count integer NOT NULL,
    not_evaluated_count integer NOT NULL,
    suspect_count integer NOT NULL,
    bad_count integer NOT NULL,
    valid_hour_count integer NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    first_result double precision,
    last_result double precision,
    total double precision,
    CONSTRAINT observations_daily_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor=75);
GRANT SELECT ON observations_daily TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_daily TO falaj_worker;

CREATE TABLE dirty_days (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT dirty_days_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
CREATE INDEX dirty_days_oldest ON dirty_days USING btree (bucket_start);
GRANT DELETE, INSERT, SELECT ON dirty_days TO falaj_worker;

CREATE TABLE set_aside_buckets (
    datastream_id integer NOT NULL,
    bucket_seconds integer NOT NULL,
    bucket_epoch bigint NOT NULL,
    reason text NOT NULL,
    set_aside_at timestamp with time zone NOT NULL DEFAULT now(),
    tried_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT set_aside_buckets_pkey PRIMARY KEY (datastream_id, bucket_seconds, bucket_epoch)
);
CREATE INDEX set_aside_buckets_tried ON set_aside_buckets USING btree (tried_at);
GRANT SELECT (bucket_seconds, set_aside_at) ON set_aside_buckets TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON set_aside_buckets TO falaj_worker;

-- citycore/store/migrations/versions/b001/city/search.sql

CREATE OR REPLACE FUNCTION public.normalise_text(written text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(translate(lower(regexp_replace((NORMALIZE(written, NFKD) COLLATE pg_c_utf8), '[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0640\u0621\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff''\u2018-\u201b\u02bb-\u02bf`]'::text, ''::text, 'g'::text)), 'ىةٱکیۍےہھەۀۃڪς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹'::text, 'يهاكيييهههههكσ01234567890123456789'::text), '[\u0001-\u0020\u0085\u1680\u2028\u2029\u2010-\u2015\u2212\-_.,;:/\u060c\u061b\u06d4\u00b7]+'::text, ' '::text, 'g'::text), ' '::text);

-- citycore/store/migrations/versions/b001/city/sessions.sql

CREATE TABLE hub_identity (
    is_only boolean NOT NULL DEFAULT true,
    hub_id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT hub_identity_pkey PRIMARY KEY (is_only),
    CONSTRAINT hub_identity_is_only_check CHECK (is_only)
);
GRANT INSERT, SELECT, UPDATE ON hub_identity TO falaj_ingest;

CREATE TABLE ingest_sessions (
    worker text NOT NULL,
    filters text[] NOT NULL,
    is_connected boolean NOT NULL DEFAULT false,
    reported_at timestamp with time zone NOT NULL DEFAULT now(),
    taken_over_count bigint NOT NULL DEFAULT 0,
    taken_over_at timestamp with time zone,
    CONSTRAINT ingest_sessions_pkey PRIMARY KEY (worker)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON ingest_sessions TO falaj_ingest;
GRANT SELECT (worker, is_connected, reported_at, taken_over_count, taken_over_at) ON ingest_sessions TO falaj_read;

CREATE TABLE earlier_sessions (
    client_id text NOT NULL,
    CONSTRAINT earlier_sessions_pkey PRIMARY KEY (client_id)
);
GRANT DELETE, SELECT ON earlier_sessions TO falaj_ingest;

-- citycore/store/migrations/versions/b002/city/hub_mark.sql

CREATE OR REPLACE FUNCTION public.hub_mark()
 RETURNS text
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    INSERT INTO hub_identity DEFAULT VALUES ON CONFLICT DO NOTHING;
    SELECT left(encode(sha256(convert_to(hub_id::text, 'UTF8')), 'hex'), 16) FROM hub_identity;
$function$;
GRANT EXECUTE ON FUNCTION hub_mark() TO falaj_registry;
GRANT EXECUTE ON FUNCTION hub_mark() TO falaj_worker;

-- citycore/store/migrations/versions/b002/city/notices.sql

CREATE OR REPLACE FUNCTION public.announce_registry_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    PERFORM pg_notify('falaj_registry', TG_TABLE_NAME);
    UPDATE registry_changes SET changes = changes + 1
    WHERE slot = (SELECT slot FROM registry_changes ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO registry_changes (changes) VALUES (1);
    END IF;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b002/city/presence.sql

CREATE TABLE datastream_intervals (
    datastream_id integer NOT NULL,
    since timestamp with time zone NOT NULL,
    interval_seconds integer NOT NULL,
    is_learned boolean NOT NULL DEFAULT false,
    CONSTRAINT datastream_intervals_pkey PRIMARY KEY (datastream_id, since),
    CONSTRAINT datastream_intervals_interval_seconds_check CHECK (interval_seconds > 0),
    CONSTRAINT datastream_intervals_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
GRANT SELECT ON datastream_intervals TO falaj_ingest;
GRANT SELECT ON datastream_intervals TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON datastream_intervals TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON datastream_intervals TO falaj_worker;

CREATE TABLE thing_connections (
    thing_id integer NOT NULL,
    is_connected boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    reason text NOT NULL,
    CONSTRAINT thing_connections_pkey PRIMARY KEY (thing_id),
    CONSTRAINT thing_connections_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
GRANT INSERT, SELECT, UPDATE ON thing_connections TO falaj_ingest;
GRANT SELECT ON thing_connections TO falaj_read;
GRANT SELECT ON thing_connections TO falaj_registry;
GRANT SELECT ON thing_connections TO falaj_worker;

CREATE TABLE gaps (
    datastream_id integer NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason text NOT NULL,
    CONSTRAINT gaps_pkey PRIMARY KEY (datastream_id, began_at),
    CONSTRAINT gaps_check CHECK (ended_at > began_at),
    CONSTRAINT gaps_reason_check CHECK (reason = ANY (ARRAY['offline'::text, 'hub_away'::text, 'refused'::text, 'unknown'::text])),
    CONSTRAINT gaps_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
CREATE INDEX gaps_open ON gaps USING btree (datastream_id) WHERE ended_at IS NULL;
GRANT SELECT ON gaps TO falaj_ingest;
GRANT SELECT ON gaps TO falaj_read;
GRANT SELECT ON gaps TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON gaps TO falaj_worker;

CREATE OR REPLACE FUNCTION public.gap_reason(datastream integer, began timestamp with time zone, ended timestamp with time zone, seconds integer)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

-- citycore/store/migrations/versions/b002/city/quality.sql

-- CHUNKS OF phenomenon_time: 28 days
CREATE TABLE observation_flags (
    datastream_id integer NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    test text NOT NULL,
    quality smallint NOT NULL,
    batch_id bigint NOT NULL,
    CONSTRAINT observation_flags_pkey PRIMARY KEY (datastream_id, phenomenon_time, test)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON observation_flags TO falaj_ingest;
GRANT SELECT ON observation_flags TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observation_flags TO falaj_worker;

-- citycore/store/migrations/versions/b002/city/sources.sql

CREATE TABLE thing_locations (
    thing_id integer NOT NULL,
    since timestamp with time zone NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    place_code text,
    CONSTRAINT thing_locations_pkey PRIMARY KEY (thing_id, since),
    CONSTRAINT thing_locations_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
    CONSTRAINT thing_locations_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision),
    CONSTRAINT thing_locations_place_code_fkey FOREIGN KEY (place_code) REFERENCES places(code) ON DELETE SET NULL,
    CONSTRAINT thing_locations_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
CREATE TRIGGER follow_changed_locations AFTER UPDATE ON thing_locations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION follow_changed_locations();
CREATE TRIGGER follow_new_locations AFTER INSERT ON thing_locations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION follow_new_locations();
GRANT SELECT ON thing_locations TO falaj_ingest;
GRANT SELECT ON thing_locations TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON thing_locations TO falaj_registry;
GRANT SELECT ON thing_locations TO falaj_worker;

CREATE TABLE sensors (
    sensor_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    manufacturer text,
    model text,
    datasheet_url text,
    CONSTRAINT sensors_pkey PRIMARY KEY (sensor_id),
    CONSTRAINT sensors_code_key UNIQUE (code),
    CONSTRAINT sensors_code_check CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$'::text)
);
GRANT SELECT ON sensors TO falaj_ingest;
GRANT SELECT ON sensors TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON sensors TO falaj_registry;
GRANT SELECT ON sensors TO falaj_worker;

CREATE TABLE datastream_units (
    datastream_id integer NOT NULL,
    since timestamp with time zone NOT NULL,
    sent_unit text NOT NULL,
    factor double precision NOT NULL,
    shift double precision NOT NULL,
    convention text,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT datastream_units_pkey PRIMARY KEY (datastream_id, since),
    CONSTRAINT datastream_units_factor_check CHECK (factor <> 0::double precision),
    CONSTRAINT datastream_units_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
GRANT INSERT, SELECT ON datastream_units TO falaj_ingest;
GRANT SELECT ON datastream_units TO falaj_read;
GRANT SELECT ON datastream_units TO falaj_registry;
GRANT SELECT ON datastream_units TO falaj_worker;

CREATE TABLE decoder_memory (
    source_id integer NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT decoder_memory_pkey PRIMARY KEY (source_id, key),
    CONSTRAINT decoder_memory_key_check CHECK (length(key) <= 500),
    CONSTRAINT decoder_memory_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON decoder_memory TO falaj_ingest;
GRANT SELECT ON decoder_memory TO falaj_registry;
GRANT SELECT ON decoder_memory TO falaj_worker;

CREATE TABLE source_credentials (
    source_credential_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    source_id integer NOT NULL,
    thing_id integer,
    username text NOT NULL,
    secret_digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    revoked_at timestamp with time zone,
    told_at timestamp with time zone,
    sealed_secret bytea,
    CONSTRAINT source_credentials_pkey PRIMARY KEY (source_credential_id),
    CONSTRAINT source_credentials_username_key UNIQUE (username),
    CONSTRAINT source_credentials_secret_digest_check CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT source_credentials_username_check CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,126}$'::text),
    CONSTRAINT source_credentials_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id) ON DELETE CASCADE,
    CONSTRAINT source_credentials_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
CREATE INDEX source_credentials_source ON source_credentials USING btree (source_id);
CREATE TRIGGER announce AFTER INSERT OR DELETE OR UPDATE ON source_credentials FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
GRANT SELECT ON source_credentials TO falaj_ingest;
GRANT DELETE, INSERT, SELECT, UPDATE ON source_credentials TO falaj_registry;
GRANT SELECT, UPDATE (told_at, sealed_secret) ON source_credentials TO falaj_worker;

-- citycore/store/migrations/versions/b002/city/vocabulary.sql

CREATE TABLE sectors (
    code text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    is_edited boolean NOT NULL DEFAULT false,
    CONSTRAINT sectors_pkey PRIMARY KEY (code),
    CONSTRAINT sectors_code_check CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'::text)
);
GRANT SELECT ON sectors TO falaj_ingest;
GRANT SELECT ON sectors TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON sectors TO falaj_registry;
GRANT SELECT ON sectors TO falaj_worker;

-- citycore/store/migrations/versions/b002/city/zones.sql

CREATE OR REPLACE FUNCTION public.city_zone()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT 'Asia/Muscat' $function$;

CREATE OR REPLACE FUNCTION public.local_day_start(day date, zone text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
    SELECT (day::timestamp AT TIME ZONE zone)
         - CASE WHEN ((day::timestamp AT TIME ZONE zone) - INTERVAL '1 hour') AT TIME ZONE zone >= day::timestamp
                THEN INTERVAL '1 hour' ELSE INTERVAL '0' END
$function$;

CREATE VIEW datastream_zones AS
 SELECT datastreams.datastream_id,
    COALESCE(places.zone, sources.zone, city_zone()) AS zone
   FROM datastreams
     JOIN things USING (thing_id)
     JOIN sources USING (source_id)
     LEFT JOIN places ON places.code = things.place_code;
GRANT SELECT ON datastream_zones TO falaj_ingest;
GRANT SELECT ON datastream_zones TO falaj_read;
GRANT SELECT ON datastream_zones TO falaj_registry;
GRANT SELECT ON datastream_zones TO falaj_worker;

CREATE VIEW datastream_expectations AS
 SELECT datastream_id,
    since,
    lead(since, 1, 'infinity'::timestamp with time zone) OVER (PARTITION BY datastream_id ORDER BY since) AS until,
    interval_seconds
   FROM datastream_intervals;
GRANT SELECT ON datastream_expectations TO falaj_ingest;
GRANT SELECT ON datastream_expectations TO falaj_read;
GRANT SELECT ON datastream_expectations TO falaj_registry;
GRANT SELECT ON datastream_expectations TO falaj_worker;

CREATE OR REPLACE FUNCTION public.renew_days(datastream_ids integer[])
 RETURNS void
 LANGUAGE sql
AS $function$
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM observations_daily
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (
        VALUES (bucket_start), (bucket_start + INTERVAL '12 hours'), (bucket_start + INTERVAL '24 hours')
    ) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM dirty_days
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (VALUES (bucket_start), (bucket_start + INTERVAL '24 hours')) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    DELETE FROM dirty_days USING datastream_zones AS own
    WHERE dirty_days.datastream_id = ANY (datastream_ids) AND own.datastream_id = dirty_days.datastream_id
      AND bucket_start <> local_day_start((bucket_start AT TIME ZONE own.zone)::date, own.zone);
    DELETE FROM observations_daily WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM observations_monthly WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM observations_yearly WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM dirty_periods WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM set_aside_buckets WHERE datastream_id = ANY (datastream_ids) AND bucket_seconds >= 86400;
$function$;

CREATE OR REPLACE FUNCTION public.renew_dataset_days(source integer)
 RETURNS void
 LANGUAGE sql
AS $function$
    INSERT INTO dataset_days AS day (source_id, local_date)
    SELECT DISTINCT source_id, (moment AT TIME ZONE coalesce(sources.zone, city_zone()))::date
    FROM dataset_days
    JOIN sources USING (source_id)
    CROSS JOIN LATERAL (VALUES (first_phenomenon_time), (last_phenomenon_time)) AS moments (moment)
    WHERE source_id = source AND moment IS NOT NULL
    ON CONFLICT DO NOTHING;
    UPDATE dataset_days SET
        change_count = change_count + 1, changed_at = now(),
        due_since = CASE WHEN written_change_count = change_count THEN now() ELSE due_since END
    WHERE source_id = source;
$function$;

CREATE OR REPLACE FUNCTION public.follow_zone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    concerned integer[];
BEGIN
    IF TG_TABLE_NAME = 'things' THEN
        IF (SELECT zone FROM places WHERE code = OLD.place_code)
           IS NOT DISTINCT FROM (SELECT zone FROM places WHERE code = NEW.place_code) THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('falaj_rollups'));
    IF TG_TABLE_NAME = 'sources' THEN
        SELECT array_agg(datastream_id) INTO concerned
        FROM datastreams JOIN things USING (thing_id) WHERE source_id = NEW.source_id;
        PERFORM renew_dataset_days(NEW.source_id);
    ELSIF TG_TABLE_NAME = 'places' THEN
        SELECT array_agg(datastream_id) INTO concerned
        FROM datastreams JOIN things USING (thing_id) WHERE place_code = NEW.code;
    ELSE
        SELECT array_agg(datastream_id) INTO concerned FROM datastreams WHERE thing_id = NEW.thing_id;
    END IF;
    PERFORM renew_days(concerned);
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.follow_interval()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO datastream_intervals (datastream_id, since, interval_seconds)
    SELECT NEW.datastream_id, CASE WHEN TG_OP = 'INSERT' THEN '-infinity' ELSE now() END, NEW.interval_seconds
    WHERE NEW.interval_seconds IS DISTINCT FROM (
        SELECT interval_seconds FROM datastream_intervals
        WHERE datastream_id = NEW.datastream_id ORDER BY since DESC LIMIT 1)
    ON CONFLICT (datastream_id, since) DO UPDATE SET interval_seconds = EXCLUDED.interval_seconds, is_learned = false;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b003/city/workers.sql

CREATE VIEW credential_counts AS
 SELECT count(*) FILTER (WHERE sealed_secret IS NOT NULL) AS waiting_count,
    min(created_at) FILTER (WHERE sealed_secret IS NOT NULL) AS since,
    count(*) FILTER (WHERE sealed_secret IS NULL) AS unknown_count
   FROM source_credentials
  WHERE told_at IS NULL AND revoked_at IS NULL;
GRANT SELECT ON credential_counts TO falaj_read;

-- citycore/store/migrations/versions/b005/city/air_quality.sql

CREATE TABLE air_quality_notes (
    note_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    thing_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    CONSTRAINT air_quality_notes_pkey PRIMARY KEY (note_id)
);
CREATE INDEX air_quality_notes_hour ON air_quality_notes USING btree (bucket_start, thing_id);
GRANT SELECT (note_id) ON air_quality_notes TO falaj_read;
GRANT INSERT ON air_quality_notes TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON air_quality_notes TO falaj_worker;

-- CHUNKS OF bucket_start: 180 days
CREATE TABLE air_quality_hours (
    thing_id integer NOT NULL,
    index_code text NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    value integer,
    is_beyond boolean NOT NULL,
    level text,
    level_rank integer,
    observed_property text,
    span text,
    method text,
    coverage double precision,
    parts jsonb NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT air_quality_hours_pkey PRIMARY KEY (thing_id, index_code, bucket_start),
    CONSTRAINT air_quality_hours_index_code_check CHECK (index_code = ANY (ARRAY['us'::text, 'eu'::text, 'who'::text]))
);
GRANT SELECT ON air_quality_hours TO falaj_read;
GRANT SELECT ON air_quality_hours TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON air_quality_hours TO falaj_worker;

CREATE TABLE air_quality_set_aside (
    thing_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    reason text NOT NULL,
    set_aside_at timestamp with time zone NOT NULL DEFAULT now(),
    tried_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT air_quality_set_aside_pkey PRIMARY KEY (thing_id, bucket_start)
);
GRANT SELECT (set_aside_at) ON air_quality_set_aside TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON air_quality_set_aside TO falaj_worker;

-- citycore/store/migrations/versions/b005/city/alerts.sql

CREATE TABLE alert_rules (
    code text NOT NULL,
    document jsonb NOT NULL,
    state text NOT NULL DEFAULT 'draft'::text,
    preview jsonb,
    previewed_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL DEFAULT now(),
    switched_on_at timestamp with time zone,
    preview_wanted_at timestamp with time zone,
    CONSTRAINT alert_rules_pkey PRIMARY KEY (code),
    CONSTRAINT alert_rules_check CHECK (state <> 'on'::text OR previewed_at IS NOT NULL AND switched_on_at IS NOT NULL),
    CONSTRAINT alert_rules_state_check CHECK (state = ANY (ARRAY['draft'::text, 'on'::text, 'off'::text]))
);
CREATE INDEX alert_rules_wanted ON alert_rules USING btree (preview_wanted_at) WHERE preview_wanted_at IS NOT NULL;
CREATE TRIGGER alert_rules_changed AFTER INSERT OR DELETE OR UPDATE ON alert_rules FOR EACH STATEMENT EXECUTE FUNCTION tell_alert_rules();
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_rules TO falaj_registry;
GRANT SELECT, UPDATE (preview, previewed_at, preview_wanted_at) ON alert_rules TO falaj_worker;

CREATE TABLE alert_receivers (
    code text NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    language text NOT NULL DEFAULT 'ar'::text,
    secret text,
    failure_count integer NOT NULL DEFAULT 0,
    resting_until timestamp with time zone,
    CONSTRAINT alert_receivers_pkey PRIMARY KEY (code),
    CONSTRAINT alert_receivers_check CHECK (kind <> 'webhook'::text OR secret IS NOT NULL),
    CONSTRAINT alert_receivers_kind_check CHECK (kind = ANY (ARRAY['webhook'::text, 'mail'::text])),
    CONSTRAINT alert_receivers_language_check CHECK (language = ANY (ARRAY['ar'::text, 'en'::text]))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_receivers TO falaj_registry;
GRANT SELECT, UPDATE (failure_count, resting_until) ON alert_receivers TO falaj_worker;

CREATE TABLE alert_cursor (
    is_only boolean NOT NULL DEFAULT true,
    "position" text NOT NULL,
    forecast_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT alert_cursor_pkey PRIMARY KEY (is_only),
    CONSTRAINT alert_cursor_is_only_check CHECK (is_only)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_cursor TO falaj_worker;

CREATE TABLE alert_backlog (
    batch_id bigint NOT NULL,
    CONSTRAINT alert_backlog_pkey PRIMARY KEY (batch_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_backlog TO falaj_worker;

CREATE TABLE alert_positions (
    datastream_id integer NOT NULL,
    newest_at timestamp with time zone NOT NULL,
    newest_value double precision,
    CONSTRAINT alert_positions_pkey PRIMARY KEY (datastream_id)
) WITH (fillfactor=50);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_positions TO falaj_worker;

CREATE TABLE alert_states (
    rule_code text NOT NULL,
    subject text NOT NULL,
    is_raised boolean NOT NULL,
    since timestamp with time zone,
    newest_at timestamp with time zone,
    CONSTRAINT alert_states_pkey PRIMARY KEY (rule_code, subject)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_states TO falaj_worker;

CREATE TABLE alerts (
    alert_id uuid NOT NULL,
    rule_code text NOT NULL,
    subject text NOT NULL,
    thing_id integer NOT NULL,
    datastream_id integer,
    rule jsonb NOT NULL,
    severity text NOT NULL,
    is_public boolean NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    value double precision,
    expected_at timestamp with time zone,
    cleared_at timestamp with time zone,
    clearing_noted_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    assigned_to text,
    is_false boolean,
    CONSTRAINT alerts_pkey PRIMARY KEY (alert_id)
);
CREATE INDEX alerts_assigned ON alerts USING btree (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX alerts_going_on ON alerts USING btree (raised_at, alert_id) WHERE cleared_at IS NULL;
CREATE UNIQUE INDEX alerts_open ON alerts USING btree (rule_code, subject) WHERE cleared_at IS NULL;
CREATE INDEX alerts_raised ON alerts USING btree (raised_at, alert_id);
CREATE INDEX alerts_rule ON alerts USING btree (rule_code, raised_at);
CREATE INDEX alerts_urgent ON alerts USING btree (((
CASE severity
    WHEN 'extreme'::text THEN 1
    WHEN 'severe'::text THEN 2
    WHEN 'moderate'::text THEN 3
    ELSE 4
END * 2 + (acknowledged_at IS NOT NULL)::integer) * '100000000000'::bigint - EXTRACT(epoch FROM (raised_at AT TIME ZONE 'UTC'::text))::bigint), alert_id);
GRANT SELECT (alert_id, rule, raised_at, cleared_at, acknowledged_at, assigned_to, is_false), UPDATE (assigned_to) ON alerts TO falaj_portal;
GRANT SELECT, UPDATE (acknowledged_at, acknowledged_by, assigned_to, is_false) ON alerts TO falaj_registry;
GRANT INSERT, SELECT, UPDATE ON alerts TO falaj_worker;

CREATE TABLE alert_events (
    event_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    alert_id uuid NOT NULL,
    event text NOT NULL,
    at timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    value double precision,
    by_whom text,
    note text,
    CONSTRAINT alert_events_pkey PRIMARY KEY (event_id),
    CONSTRAINT alert_events_event_check CHECK (event = ANY (ARRAY['raised'::text, 'cleared'::text, 'acknowledged'::text, 'assigned'::text, 'assessed'::text])),
    CONSTRAINT alert_events_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(alert_id)
);
CREATE INDEX alert_events_alert ON alert_events USING btree (alert_id, event_id);
GRANT INSERT, SELECT ON alert_events TO falaj_registry;
GRANT INSERT, SELECT ON alert_events TO falaj_worker;

CREATE TABLE alert_deliveries (
    delivery_id uuid NOT NULL,
    alert_id uuid NOT NULL,
    event text NOT NULL,
    receiver_code text NOT NULL,
    body text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    attempt_count integer NOT NULL DEFAULT 0,
    leased_until timestamp with time zone,
    done_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    CONSTRAINT alert_deliveries_pkey PRIMARY KEY (delivery_id),
    CONSTRAINT alert_deliveries_event_check CHECK (event = ANY (ARRAY['raised'::text, 'cleared'::text])),
    CONSTRAINT alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(alert_id)
);
CREATE INDEX alert_deliveries_alert ON alert_deliveries USING btree (alert_id, receiver_code) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX alert_deliveries_waiting ON alert_deliveries USING btree (due_at) WHERE done_at IS NULL AND failed_at IS NULL;
GRANT SELECT ON alert_deliveries TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_deliveries TO falaj_worker;

CREATE VIEW open_alerts WITH (security_barrier=true) AS
 SELECT alert_id,
    rule_code,
    thing_id,
    datastream_id,
    rule,
    severity,
    raised_at,
    noted_at,
    value,
    expected_at,
    cleared_at,
    acknowledged_at,
    is_false
   FROM alerts
  WHERE is_public AND (thing_id <> ALL ((ARRAY( SELECT things.thing_id
           FROM things
          WHERE NOT things.is_counted))));
GRANT SELECT ON open_alerts TO falaj_portal;
GRANT SELECT ON open_alerts TO falaj_read;

CREATE OR REPLACE FUNCTION public.tell_alert_rules()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM pg_notify('falaj_alert_rules', '');
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b005/city/limits.sql

CREATE TABLE limit_tables (
    code text NOT NULL,
    document text NOT NULL,
    loaded_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT limit_tables_pkey PRIMARY KEY (code)
);
GRANT SELECT ON limit_tables TO falaj_ingest;
GRANT SELECT ON limit_tables TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON limit_tables TO falaj_registry;
GRANT SELECT ON limit_tables TO falaj_worker;

-- citycore/store/migrations/versions/b005/city/rollups.sql

CREATE TABLE observations_monthly (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    observation_count bigint NOT NULL,
    expected_count bigint,
    mean double precision,
    minimum double precision,
    maximum double precision,
    standard_deviation double precision,
    p05 double precision,
    p50 double precision,
    p95 double precision,
    good_count bigint NOT NULL,
    not_evaluated_count bigint NOT NULL,
    suspect_count bigint NOT NULL,
    bad_count bigint NOT NULL,
    valid_day_count integer NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    first_result double precision,
    last_result double precision,
    total double precision,
    CONSTRAINT observations_monthly_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor=75);
GRANT SELECT ON observations_monthly TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_monthly TO falaj_worker;

CREATE TABLE observations_yearly (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    observation_count bigint NOT NULL,
    expected_count bigint,
    mean double precision,
    minimum double precision,
    maximum double precision,
    standard_deviation double precision,
    p05 double precision,
    p50 double precision,
    p95 double precision,
    good_count bigint NOT NULL,
    not_evaluated_count bigint NOT NULL,
    suspect_count bigint NOT NULL,
    bad_count bigint NOT NULL,
    valid_day_count integer NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    first_result double precision,
    last_result double precision,
    total double precision,
    CONSTRAINT observations_yearly_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (fillfactor=75);
GRANT SELECT ON observations_yearly TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observations_yearly TO falaj_worker;

CREATE TABLE dirty_periods (
    bucket_months smallint NOT NULL,
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT dirty_periods_pkey PRIMARY KEY (bucket_months, datastream_id, bucket_start),
    CONSTRAINT dirty_periods_bucket_months_check CHECK (bucket_months = ANY (ARRAY[1, 12]))
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
CREATE INDEX dirty_periods_oldest ON dirty_periods USING btree (noted_at);
GRANT DELETE, INSERT, SELECT ON dirty_periods TO falaj_worker;

CREATE TABLE added_hours (
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT added_hours_pkey PRIMARY KEY (datastream_id, bucket_start)
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
CREATE INDEX added_hours_oldest ON added_hours USING btree (bucket_start);
GRANT DELETE, INSERT, SELECT ON added_hours TO falaj_worker;

-- citycore/store/migrations/versions/b006/city/archive.sql

CREATE TABLE archive_parts (
    source_id integer NOT NULL,
    local_date date NOT NULL,
    sector text NOT NULL,
    change_count bigint NOT NULL,
    version integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    first_datastream_id integer NOT NULL,
    last_datastream_id integer NOT NULL,
    path text NOT NULL,
    row_count bigint NOT NULL,
    flag_count bigint NOT NULL,
    byte_count bigint NOT NULL,
    sha256 bytea NOT NULL,
    rows_digest bytea NOT NULL,
    first_phenomenon_time timestamp with time zone NOT NULL,
    written_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    let_go_at timestamp with time zone,
    wanted_at timestamp with time zone,
    keep_until timestamp with time zone,
    damage text,
    damaged_at timestamp with time zone,
    CONSTRAINT archive_parts_pkey PRIMARY KEY (source_id, local_date, sector),
    CONSTRAINT archive_parts_row_count_check CHECK (row_count > 0),
    CONSTRAINT archive_parts_rows_digest_check CHECK (octet_length(rows_digest) = 32),
    CONSTRAINT archive_parts_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT archive_parts_version_check CHECK (version > 0),
    CONSTRAINT archive_parts_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
CREATE INDEX archive_parts_gone ON archive_parts USING btree (source_id, ends_at) WHERE let_go_at IS NOT NULL;
CREATE INDEX archive_parts_path ON archive_parts USING btree (path);
CREATE INDEX archive_parts_verified ON archive_parts USING btree (verified_at);
GRANT SELECT ON archive_parts TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON archive_parts TO falaj_worker;

CREATE TABLE archive_leftovers (
    path text NOT NULL,
    left_at timestamp with time zone NOT NULL,
    CONSTRAINT archive_leftovers_pkey PRIMARY KEY (path)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON archive_leftovers TO falaj_worker;

CREATE TABLE archive_waiting (
    bucket_seconds integer NOT NULL,
    datastream_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT archive_waiting_pkey PRIMARY KEY (bucket_seconds, datastream_id, bucket_start),
    CONSTRAINT archive_waiting_bucket_seconds_check CHECK (bucket_seconds = ANY (ARRAY[3600, 86400]))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON archive_waiting TO falaj_worker;

CREATE OR REPLACE FUNCTION public.drop_empty_chunks(ended_before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    chunk record;
    is_empty boolean;
    dropped integer := 0;
BEGIN
    FOR chunk IN
        SELECT hypertable_name, chunk_schema, chunk_name, range_start, range_end
        FROM timescaledb_information.chunks
        WHERE hypertable_schema = 'public'
          AND hypertable_name IN ('observations', 'observations_category', 'observations_position', 'observation_flags')
          AND range_end <= ended_before
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE NOWAIT', chunk.chunk_schema, chunk.chunk_name);
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.%I)', chunk.chunk_schema, chunk.chunk_name) INTO is_empty;
            IF is_empty THEN
                PERFORM drop_chunks(chunk.hypertable_name::regclass, older_than => chunk.range_end, newer_than => chunk.range_start);
                dropped := dropped + 1;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
    RETURN dropped;
END
$function$;
GRANT EXECUTE ON FUNCTION drop_empty_chunks(timestamp with time zone) TO falaj_worker;

-- citycore/store/migrations/versions/b006/city/transport.sql

CREATE TABLE transit_feeds (
    feed_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    source_id integer NOT NULL,
    digest text NOT NULL,
    agency text NOT NULL,
    zone text NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    last_seconds integer NOT NULL,
    loaded_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT transit_feeds_pkey PRIMARY KEY (feed_id),
    CONSTRAINT transit_feeds_source_id_digest_key UNIQUE (source_id, digest),
    CONSTRAINT transit_feeds_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
GRANT SELECT ON transit_feeds TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_feeds TO falaj_registry;
GRANT SELECT ON transit_feeds TO falaj_worker;

CREATE TABLE transit_routes (
    feed_id integer NOT NULL,
    route text NOT NULL,
    short_name text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    route_type integer NOT NULL,
    CONSTRAINT transit_routes_pkey PRIMARY KEY (feed_id, route),
    CONSTRAINT transit_routes_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
GRANT SELECT ON transit_routes TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_routes TO falaj_registry;
GRANT SELECT ON transit_routes TO falaj_worker;

CREATE TABLE transit_stops (
    feed_id integer NOT NULL,
    stop text NOT NULL,
    name_en text NOT NULL,
    name_ar text NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    CONSTRAINT transit_stops_pkey PRIMARY KEY (feed_id, stop),
    CONSTRAINT transit_stops_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
GRANT SELECT ON transit_stops TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_stops TO falaj_registry;
GRANT SELECT ON transit_stops TO falaj_worker;

CREATE TABLE transit_trips (
    feed_id integer NOT NULL,
    trip text NOT NULL,
    route text NOT NULL,
    service text NOT NULL,
    direction smallint NOT NULL,
    block text,
    shape text,
    stops text[] NOT NULL,
    arrivals integer[] NOT NULL,
    departures integer[] NOT NULL,
    timepoints boolean[] NOT NULL,
    CONSTRAINT transit_trips_pkey PRIMARY KEY (feed_id, trip),
    CONSTRAINT transit_trips_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
CREATE INDEX transit_trips_block ON transit_trips USING btree (feed_id, block);
CREATE INDEX transit_trips_service ON transit_trips USING btree (feed_id, service);
GRANT SELECT ON transit_trips TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_trips TO falaj_registry;
GRANT SELECT ON transit_trips TO falaj_worker;

CREATE TABLE transit_shapes (
    feed_id integer NOT NULL,
    shape text NOT NULL,
    longitudes double precision[] NOT NULL,
    latitudes double precision[] NOT NULL,
    CONSTRAINT transit_shapes_pkey PRIMARY KEY (feed_id, shape),
    CONSTRAINT transit_shapes_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
GRANT SELECT ON transit_shapes TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_shapes TO falaj_registry;
GRANT SELECT ON transit_shapes TO falaj_worker;

CREATE TABLE transit_service_days (
    feed_id integer NOT NULL,
    service_date date NOT NULL,
    service text NOT NULL,
    CONSTRAINT transit_service_days_pkey PRIMARY KEY (feed_id, service_date, service),
    CONSTRAINT transit_service_days_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
GRANT SELECT ON transit_service_days TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_service_days TO falaj_registry;
GRANT SELECT ON transit_service_days TO falaj_worker;

CREATE TABLE transit_notes (
    note_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    thing_id integer NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    CONSTRAINT transit_notes_pkey PRIMARY KEY (note_id)
);
CREATE INDEX transit_notes_hour ON transit_notes USING btree (bucket_start, thing_id);
GRANT SELECT (note_id) ON transit_notes TO falaj_read;
GRANT INSERT, SELECT ON transit_notes TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_notes TO falaj_worker;

-- CHUNKS OF service_date: 60 days
CREATE TABLE transit_passages (
    service_date date NOT NULL,
    thing_id integer NOT NULL,
    feed_id integer NOT NULL,
    trip text NOT NULL,
    sequence smallint NOT NULL,
    arrival timestamp with time zone,
    departure timestamp with time zone,
    CONSTRAINT transit_passages_pkey PRIMARY KEY (service_date, thing_id, trip, sequence),
    CONSTRAINT transit_passages_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES transit_feeds(feed_id) ON DELETE CASCADE
);
CREATE INDEX transit_passages_feed ON transit_passages USING btree (feed_id, service_date, trip);
GRANT SELECT ON transit_passages TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_passages TO falaj_worker;

CREATE TABLE transit_vehicle_days (
    service_date date NOT NULL,
    thing_id integer NOT NULL,
    position_count integer NOT NULL,
    matched_count integer NOT NULL,
    no_trip_count integer NOT NULL,
    unknown_trip_count integer NOT NULL,
    off_route_count integer NOT NULL,
    left_out_count integer NOT NULL,
    CONSTRAINT transit_vehicle_days_pkey PRIMARY KEY (service_date, thing_id)
);
GRANT SELECT ON transit_vehicle_days TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_vehicle_days TO falaj_worker;

-- CHUNKS OF bucket_start: 180 days
CREATE TABLE transit_hours (
    source_id integer NOT NULL,
    service_date date NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    route text NOT NULL,
    direction smallint NOT NULL,
    stop text NOT NULL,
    is_timepoint boolean NOT NULL,
    scheduled_count integer NOT NULL,
    observed_count integer NOT NULL,
    cancelled_count integer NOT NULL,
    trip_count integer NOT NULL,
    missed_trip_count integer NOT NULL,
    early_count integer NOT NULL,
    on_time_count integer NOT NULL,
    late_count integer NOT NULL,
    lateness_sum double precision NOT NULL,
    headway_count integer NOT NULL,
    bunched_count integer NOT NULL,
    deviation_sum double precision NOT NULL,
    deviation_squares double precision NOT NULL,
    actual_sum double precision NOT NULL,
    actual_squares double precision NOT NULL,
    planned_count integer NOT NULL,
    planned_sum double precision NOT NULL,
    planned_squares double precision NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT transit_hours_pkey PRIMARY KEY (source_id, service_date, route, direction, stop, bucket_start, is_timepoint)
);
CREATE INDEX transit_hours_start ON transit_hours USING btree (bucket_start);
GRANT SELECT ON transit_hours TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_hours TO falaj_worker;

CREATE TABLE transit_days (
    source_id integer NOT NULL,
    service_date date NOT NULL,
    measured_until timestamp with time zone NOT NULL,
    early_seconds_max double precision,
    late_seconds_max double precision,
    CONSTRAINT transit_days_pkey PRIMARY KEY (source_id, service_date)
);
GRANT SELECT ON transit_days TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_days TO falaj_worker;

-- CHUNKS OF bucket_start: 180 days
CREATE TABLE transit_segment_hours (
    source_id integer NOT NULL,
    service_date date NOT NULL,
    bucket_start timestamp with time zone NOT NULL,
    route text NOT NULL,
    direction smallint NOT NULL,
    from_stop text NOT NULL,
    to_stop text NOT NULL,
    scheduled_count integer NOT NULL,
    scheduled_sum double precision NOT NULL,
    seconds real[] NOT NULL,
    computed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT transit_segment_hours_pkey PRIMARY KEY (source_id, service_date, route, direction, from_stop, to_stop, bucket_start)
);
CREATE INDEX transit_segment_hours_start ON transit_segment_hours USING btree (bucket_start);
GRANT SELECT ON transit_segment_hours TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_segment_hours TO falaj_worker;

CREATE TABLE transit_set_aside (
    thing_id integer NOT NULL,
    service_date date NOT NULL,
    reason text NOT NULL,
    set_aside_at timestamp with time zone NOT NULL DEFAULT now(),
    tried_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT transit_set_aside_pkey PRIMARY KEY (thing_id, service_date)
);
GRANT SELECT (set_aside_at) ON transit_set_aside TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON transit_set_aside TO falaj_worker;

-- citycore/store/migrations/versions/b007/city/calendar.sql

CREATE TABLE calendar_entries (
    country text NOT NULL DEFAULT 'OM'::text,
    kind text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    name_ar text NOT NULL,
    name_en text NOT NULL,
    is_confirmed boolean NOT NULL,
    source text NOT NULL,
    kept_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT calendar_entries_pkey PRIMARY KEY (country, kind, starts_on),
    CONSTRAINT calendar_entries_check CHECK (ends_on >= starts_on),
    CONSTRAINT calendar_entries_country_check CHECK (country ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'::text),
    CONSTRAINT calendar_entries_kind_check CHECK (kind = ANY (ARRAY['holiday'::text, 'working'::text, 'ramadan'::text, 'school_term'::text, 'school_holiday'::text, 'other'::text]))
);
CREATE TRIGGER calendar_entry_added AFTER INSERT OR DELETE ON calendar_entries FOR EACH ROW EXECUTE FUNCTION note_calendar_change();
CREATE TRIGGER calendar_entry_changed AFTER UPDATE ON calendar_entries FOR EACH ROW WHEN (old.starts_on IS DISTINCT FROM new.starts_on OR old.ends_on IS DISTINCT FROM new.ends_on OR old.is_confirmed IS DISTINCT FROM new.is_confirmed) EXECUTE FUNCTION note_calendar_change();
GRANT SELECT ON calendar_entries TO falaj_portal;
GRANT SELECT ON calendar_entries TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON calendar_entries TO falaj_registry;
GRANT SELECT ON calendar_entries TO falaj_worker;

CREATE TABLE calendar_changes (
    country text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT calendar_changes_pkey PRIMARY KEY (country, starts_on, ends_on)
);
GRANT SELECT ON calendar_changes TO falaj_portal;
GRANT SELECT ON calendar_changes TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON calendar_changes TO falaj_registry;
GRANT SELECT ON calendar_changes TO falaj_worker;

CREATE OR REPLACE FUNCTION public.note_calendar_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO calendar_changes VALUES (OLD.country, OLD.starts_on, OLD.ends_on, clock_timestamp())
        ON CONFLICT (country, starts_on, ends_on) DO UPDATE SET changed_at = EXCLUDED.changed_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO calendar_changes VALUES (NEW.country, NEW.starts_on, NEW.ends_on, clock_timestamp())
        ON CONFLICT (country, starts_on, ends_on) DO UPDATE SET changed_at = EXCLUDED.changed_at;
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.calendar_changed_at(of_country text, first date, last date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
    SELECT max(changed_at) FROM calendar_changes WHERE country = of_country AND starts_on <= last AND ends_on >= first
$function$;

-- citycore/store/migrations/versions/b007/city/forecasts.sql

CREATE TABLE forecast_studies (
    datastream_id integer NOT NULL,
    panel text NOT NULL,
    studied_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    code_version text NOT NULL,
    is_quick boolean NOT NULL,
    study jsonb NOT NULL,
    CONSTRAINT forecast_studies_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT forecast_studies_study_check CHECK (octet_length(study::text) <= 1000000),
    CONSTRAINT forecast_studies_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
CREATE INDEX forecast_studies_panel ON forecast_studies USING btree (panel);
GRANT SELECT ON forecast_studies TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON forecast_studies TO falaj_worker;

CREATE TABLE forecast_models (
    panel text NOT NULL,
    model text NOT NULL,
    fitted_at timestamp with time zone NOT NULL,
    code_version text NOT NULL,
    data_digest text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT forecast_models_pkey PRIMARY KEY (panel, model),
    CONSTRAINT forecast_models_content_check CHECK (octet_length(content) <= 100000000)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON forecast_models TO falaj_worker;

CREATE TABLE forecast_outcomes (
    datastream_id integer NOT NULL,
    day date NOT NULL,
    first_hour smallint NOT NULL,
    last_hour smallint NOT NULL,
    model text NOT NULL,
    hours integer NOT NULL,
    error_sum double precision NOT NULL,
    baseline_hours integer NOT NULL,
    compared_sum double precision NOT NULL,
    baseline_sum double precision NOT NULL,
    inside_50 integer NOT NULL,
    inside_80 integer NOT NULL,
    inside_95 integer NOT NULL,
    CONSTRAINT forecast_outcomes_pkey PRIMARY KEY (datastream_id, day, first_hour),
    CONSTRAINT forecast_outcomes_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
GRANT SELECT ON forecast_outcomes TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON forecast_outcomes TO falaj_worker;

-- citycore/store/migrations/versions/b007/city/nowcasts.sql

CREATE TABLE nowcast_studies (
    datastream_id integer NOT NULL,
    studied_at timestamp with time zone NOT NULL,
    model text NOT NULL,
    profile real[] NOT NULL,
    spread real[] NOT NULL,
    decay real[] NOT NULL,
    widths_80 double precision[] NOT NULL,
    widths_95 double precision[] NOT NULL,
    told jsonb NOT NULL,
    CONSTRAINT nowcast_studies_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT nowcast_studies_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
GRANT SELECT ON nowcast_studies TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON nowcast_studies TO falaj_worker;

CREATE TABLE nowcast_trees (
    observed_property text NOT NULL,
    zone text NOT NULL,
    fitted_at timestamp with time zone NOT NULL,
    content text NOT NULL,
    CONSTRAINT nowcast_trees_pkey PRIMARY KEY (observed_property, zone),
    CONSTRAINT nowcast_trees_content_check CHECK (octet_length(content) <= 20000000)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON nowcast_trees TO falaj_worker;

CREATE TABLE nowcasts (
    datastream_id integer NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    origin timestamp with time zone NOT NULL,
    model text NOT NULL,
    median double precision[] NOT NULL,
    lower_80 double precision[] NOT NULL,
    upper_80 double precision[] NOT NULL,
    lower_95 double precision[] NOT NULL,
    upper_95 double precision[] NOT NULL,
    factor_80 double precision NOT NULL,
    factor_95 double precision NOT NULL,
    seen_count integer NOT NULL,
    inside_80_count integer NOT NULL,
    inside_95_count integer NOT NULL,
    CONSTRAINT nowcasts_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT nowcasts_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
) WITH (fillfactor=50);
GRANT SELECT ON nowcasts TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON nowcasts TO falaj_worker;

CREATE TABLE nowcast_runs (
    is_only boolean NOT NULL DEFAULT true,
    issued_until timestamp with time zone,
    judged_until timestamp with time zone,
    studied_at timestamp with time zone,
    CONSTRAINT nowcast_runs_pkey PRIMARY KEY (is_only),
    CONSTRAINT nowcast_runs_is_only_check CHECK (is_only)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON nowcast_runs TO falaj_worker;

CREATE TABLE anomalies (
    anomaly_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    datastream_id integer NOT NULL,
    expected_by text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    step_count integer NOT NULL,
    worst_at timestamp with time zone NOT NULL,
    observed double precision NOT NULL,
    expected double precision NOT NULL,
    lower_95 double precision NOT NULL,
    upper_95 double precision NOT NULL,
    size double precision NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    changed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT anomalies_pkey PRIMARY KEY (anomaly_id),
    CONSTRAINT anomalies_datastream_id_expected_by_starts_at_key UNIQUE (datastream_id, expected_by, starts_at),
    CONSTRAINT anomalies_expected_by_check CHECK (expected_by = ANY (ARRAY['nowcast'::text, 'forecast'::text])),
    CONSTRAINT anomalies_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
CREATE INDEX anomalies_started ON anomalies USING btree (starts_at, anomaly_id);
GRANT SELECT ON anomalies TO falaj_read;
GRANT SELECT ON anomalies TO falaj_registry;
GRANT DELETE, INSERT, SELECT, UPDATE ON anomalies TO falaj_worker;

CREATE TABLE anomaly_states (
    datastream_id integer NOT NULL,
    expected_by text NOT NULL,
    state jsonb NOT NULL,
    CONSTRAINT anomaly_states_pkey PRIMARY KEY (datastream_id, expected_by),
    CONSTRAINT anomaly_states_state_check CHECK (octet_length(state::text) <= 20000),
    CONSTRAINT anomaly_states_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON anomaly_states TO falaj_worker;

-- citycore/store/migrations/versions/b009/city/watched_alerts.sql

CREATE VIEW watched_alerts AS
 SELECT alert.alert_id,
    alert.rule_code,
    (alert.rule -> 'name'::text) ->> 'ar'::text AS name_ar,
    (alert.rule -> 'name'::text) ->> 'en'::text AS name_en,
    (alert.rule -> 'text'::text) ->> 'ar'::text AS text_ar,
    (alert.rule -> 'text'::text) ->> 'en'::text AS text_en,
    alert.severity,
    alert.raised_at,
    alert.cleared_at,
    alert.acknowledged_at,
    alert.assigned_to,
    alert.is_false,
    alert.value,
    datastream.unit,
    thing.name_ar AS thing_ar,
    thing.name_en AS thing_en,
    place.name_ar AS place_ar,
    place.name_en AS place_en,
    source.kind = 'simulated'::text AS is_simulated,
    (
        CASE alert.severity
            WHEN 'extreme'::text THEN 1
            WHEN 'severe'::text THEN 2
            WHEN 'moderate'::text THEN 3
            ELSE 4
        END * 2 + (alert.acknowledged_at IS NOT NULL)::integer) * '100000000000'::bigint - EXTRACT(epoch FROM (alert.raised_at AT TIME ZONE 'UTC'::text))::bigint AS urgency
   FROM alerts alert
     LEFT JOIN things thing ON thing.thing_id = alert.thing_id
     LEFT JOIN sources source ON source.source_id = thing.source_id
     LEFT JOIN places place ON place.code = thing.place_code
     LEFT JOIN datastreams datastream ON datastream.datastream_id = alert.datastream_id;
GRANT SELECT ON watched_alerts TO falaj_portal;

-- citycore/store/migrations/versions/b011/city/forgetting.sql

CREATE OR REPLACE FUNCTION public.forget_observations(datastream integer, since timestamp with time zone, until timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    source integer;
    hours integer[];
    forgotten bigint := 0;
    gone bigint;
BEGIN
    SELECT things.source_id INTO source FROM datastreams JOIN things USING (thing_id) WHERE datastream_id = datastream;
    IF EXISTS (
        SELECT FROM archive_parts
        WHERE source_id = source AND let_go_at IS NOT NULL AND starts_at < until AND ends_at > since
          AND datastream BETWEEN first_datastream_id AND last_datastream_id
    ) THEN
        RAISE EXCEPTION 'archived' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT array_agg(DISTINCT floor(extract(epoch FROM phenomenon_time) / 3600)::integer) INTO hours
    FROM (
        SELECT phenomenon_time FROM observations
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
        UNION ALL
        SELECT phenomenon_time FROM observations_category
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
        UNION ALL
        SELECT phenomenon_time FROM observations_position
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
    ) AS known;
    IF hours IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM observations WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observations_category
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observations_position
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observation_flags WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    DELETE FROM observation_details
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    DELETE FROM latest WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    IF FOUND THEN
        INSERT INTO latest (datastream_id, quality, phenomenon_time, result, result_text, longitude, latitude, batch_id)
        SELECT datastream_id, quality, phenomenon_time, result, result_text, longitude, latitude, batch_id
        FROM (
            (SELECT datastream_id, quality, phenomenon_time, result, NULL::text AS result_text,
                    NULL::double precision AS longitude, NULL::double precision AS latitude, batch_id
             FROM observations WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
            UNION ALL
            (SELECT datastream_id, quality, phenomenon_time, NULL, result, NULL, NULL, batch_id
             FROM observations_category WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
            UNION ALL
            (SELECT datastream_id, quality, phenomenon_time, NULL, NULL, longitude, latitude, batch_id
             FROM observations_position WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
        ) AS known
        ORDER BY phenomenon_time DESC LIMIT 1
        ON CONFLICT (datastream_id) DO NOTHING;
    END IF;
    INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
    VALUES (nextval('ingest_batch_ids'), array_fill(datastream, ARRAY[cardinality(hours)]), hours);
    PERFORM pg_notify('falaj_registry', 'observations');
    PERFORM pg_notify('falaj_batches', currval('ingest_batch_ids')::text);
    RETURN forgotten;
END
$function$;
GRANT EXECUTE ON FUNCTION forget_observations(integer,timestamp with time zone,timestamp with time zone) TO falaj_registry;

CREATE OR REPLACE FUNCTION public.forget_datastream(datastream integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    forgotten bigint;
    derived text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('falaj_rollups'));
    forgotten := forget_observations(datastream, '-infinity', 'infinity');
    DELETE FROM forecast_values USING forecasts
    WHERE forecasts.forecast_id = forecast_values.forecast_id AND forecasts.datastream_id = datastream;
    FOREACH derived IN ARRAY ARRAY[
        'latest', 'observations_quarter_hourly', 'observations_hourly', 'observations_daily', 'observations_monthly',
        'observations_yearly', 'dirty_days', 'dirty_periods', 'added_hours', 'set_aside_buckets', 'archive_waiting',
        'alert_positions', 'forecasts', 'forecast_studies', 'forecast_outcomes', 'nowcasts', 'nowcast_studies', 'anomalies',
        'anomaly_states'
    ] LOOP
        EXECUTE format('DELETE FROM %I WHERE datastream_id = $1', derived) USING datastream;
    END LOOP;
    UPDATE dirty_buckets SET
        datastream_ids = kept.datastream_ids, bucket_hours = kept.bucket_hours,
        first_times = NULL, last_times = NULL
    FROM (
        SELECT batch_id, coalesce(array_agg(own) FILTER (WHERE own <> datastream), '{}') AS datastream_ids,
               coalesce(array_agg(hour) FILTER (WHERE own <> datastream), '{}') AS bucket_hours
        FROM dirty_buckets AS noted CROSS JOIN LATERAL unnest(noted.datastream_ids, noted.bucket_hours) AS each (own, hour)
        WHERE datastream = ANY (noted.datastream_ids)
        GROUP BY batch_id
    ) AS kept
    WHERE dirty_buckets.batch_id = kept.batch_id;
    DELETE FROM datastreams WHERE datastream_id = datastream;
    RETURN forgotten;
END
$function$;
GRANT EXECUTE ON FUNCTION forget_datastream(integer) TO falaj_registry;

-- citycore/store/migrations/versions/b011/city/sensorthings.sql

CREATE TABLE thing_details (
    thing_id integer NOT NULL,
    description text NOT NULL,
    properties jsonb,
    CONSTRAINT thing_details_pkey PRIMARY KEY (thing_id),
    CONSTRAINT thing_details_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
GRANT SELECT ON thing_details TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON thing_details TO falaj_registry;

CREATE TABLE sensor_details (
    sensor_id integer NOT NULL,
    description text NOT NULL,
    encoding_type text NOT NULL,
    metadata jsonb NOT NULL,
    properties jsonb,
    stands_for integer,
    source_id integer,
    CONSTRAINT sensor_details_pkey PRIMARY KEY (sensor_id),
    CONSTRAINT sensor_details_sensor_id_fkey FOREIGN KEY (sensor_id) REFERENCES sensors(sensor_id) ON DELETE CASCADE,
    CONSTRAINT sensor_details_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id),
    CONSTRAINT sensor_details_stands_for_fkey FOREIGN KEY (stands_for) REFERENCES sensors(sensor_id) ON DELETE CASCADE
);
CREATE INDEX sensor_details_stands_for ON sensor_details USING btree (stands_for) WHERE stands_for IS NOT NULL;
GRANT SELECT ON sensor_details TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON sensor_details TO falaj_registry;

CREATE TABLE observed_property_details (
    code text NOT NULL,
    description text NOT NULL,
    properties jsonb,
    source_id integer,
    CONSTRAINT observed_property_details_pkey PRIMARY KEY (code),
    CONSTRAINT observed_property_details_code_fkey FOREIGN KEY (code) REFERENCES observed_properties(code) ON DELETE CASCADE,
    CONSTRAINT observed_property_details_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
GRANT SELECT ON observed_property_details TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observed_property_details TO falaj_registry;

CREATE TABLE datastream_details (
    datastream_id integer NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    unit_of_measurement jsonb NOT NULL,
    observation_type text NOT NULL,
    observed_area jsonb,
    properties jsonb,
    CONSTRAINT datastream_details_pkey PRIMARY KEY (datastream_id),
    CONSTRAINT datastream_details_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
GRANT SELECT ON datastream_details TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON datastream_details TO falaj_registry;

CREATE SEQUENCE location_ids;
GRANT USAGE ON location_ids TO falaj_registry;

CREATE TABLE locations (
    location_id integer NOT NULL DEFAULT nextval('location_ids'::regclass),
    of_thing_id integer,
    name text,
    description text,
    encoding_type text NOT NULL DEFAULT 'application/geo+json'::text,
    location jsonb NOT NULL,
    properties jsonb,
    is_feature boolean NOT NULL DEFAULT true,
    source_id integer,
    CONSTRAINT locations_pkey PRIMARY KEY (location_id),
    CONSTRAINT locations_of_thing_id_fkey FOREIGN KEY (of_thing_id) REFERENCES things(thing_id) ON DELETE CASCADE,
    CONSTRAINT locations_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
CREATE INDEX locations_in_order ON locations USING btree ((location_id < 0), location_id);
CREATE INDEX locations_of_thing ON locations USING btree (of_thing_id) WHERE of_thing_id IS NOT NULL;
GRANT SELECT ON locations TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON locations TO falaj_registry;

CREATE TABLE location_links (
    thing_id integer NOT NULL,
    location_id integer NOT NULL,
    CONSTRAINT location_links_pkey PRIMARY KEY (thing_id, location_id),
    CONSTRAINT location_links_location_id_fkey FOREIGN KEY (location_id) REFERENCES locations(location_id) ON DELETE CASCADE,
    CONSTRAINT location_links_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
CREATE INDEX location_links_location ON location_links USING btree (location_id, thing_id);
GRANT SELECT ON location_links TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON location_links TO falaj_registry;

CREATE TABLE historical_locations (
    historical_location_id integer NOT NULL,
    thing_id integer NOT NULL,
    "time" timestamp with time zone NOT NULL,
    CONSTRAINT historical_locations_pkey PRIMARY KEY (historical_location_id),
    CONSTRAINT historical_locations_thing_id_fkey FOREIGN KEY (thing_id) REFERENCES things(thing_id) ON DELETE CASCADE
);
CREATE INDEX historical_locations_thing ON historical_locations USING btree (thing_id, "time");
GRANT SELECT ON historical_locations TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON historical_locations TO falaj_registry;

CREATE TABLE historical_location_links (
    historical_location_id integer NOT NULL,
    location_id integer NOT NULL,
    CONSTRAINT historical_location_links_pkey PRIMARY KEY (historical_location_id, location_id),
    CONSTRAINT historical_location_links_historical_location_id_fkey FOREIGN KEY (historical_location_id) REFERENCES historical_locations(historical_location_id) ON DELETE CASCADE,
    CONSTRAINT historical_location_links_location_id_fkey FOREIGN KEY (location_id) REFERENCES locations(location_id) ON DELETE CASCADE
);
CREATE INDEX historical_location_links_location ON historical_location_links USING btree (location_id, historical_location_id);
GRANT SELECT ON historical_location_links TO falaj_read;
GRANT DELETE, INSERT, MAINTAIN, SELECT, UPDATE ON historical_location_links TO falaj_registry;

CREATE TABLE features (
    feature_id integer NOT NULL DEFAULT nextval('location_ids'::regclass),
    name text NOT NULL,
    description text NOT NULL,
    encoding_type text NOT NULL,
    feature jsonb NOT NULL,
    properties jsonb,
    source_id integer,
    CONSTRAINT features_pkey PRIMARY KEY (feature_id),
    CONSTRAINT features_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id)
);
GRANT SELECT ON features TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON features TO falaj_registry;

CREATE TABLE observation_details (
    datastream_id integer NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    phenomenon_end timestamp with time zone,
    result_time timestamp with time zone,
    valid_start timestamp with time zone,
    valid_end timestamp with time zone,
    result_quality jsonb,
    parameters jsonb,
    feature_id integer,
    phenomenon_start timestamp with time zone,
    exact_result text,
    CONSTRAINT observation_details_pkey PRIMARY KEY (datastream_id, phenomenon_time),
    CONSTRAINT observation_details_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
CREATE INDEX observation_details_feature ON observation_details USING btree (feature_id) WHERE feature_id IS NOT NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON observation_details TO falaj_ingest;
GRANT SELECT ON observation_details TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observation_details TO falaj_registry;

CREATE TABLE observation_moves (
    datastream_id integer NOT NULL,
    was timestamp with time zone NOT NULL,
    phenomenon_time timestamp with time zone NOT NULL,
    CONSTRAINT observation_moves_pkey PRIMARY KEY (datastream_id, was),
    CONSTRAINT observation_moves_datastream_id_fkey FOREIGN KEY (datastream_id) REFERENCES datastreams(datastream_id) ON DELETE CASCADE
);
GRANT SELECT ON observation_moves TO falaj_read;
GRANT DELETE, INSERT, SELECT, UPDATE ON observation_moves TO falaj_registry;

CREATE TABLE writing_secret (
    is_only boolean NOT NULL DEFAULT true,
    secret bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    CONSTRAINT writing_secret_pkey PRIMARY KEY (is_only),
    CONSTRAINT writing_secret_is_only_check CHECK (is_only)
);
GRANT SELECT ON writing_secret TO falaj_ingest;
GRANT SELECT ON writing_secret TO falaj_registry;

CREATE OR REPLACE FUNCTION public.follow_new_locations()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF current_setting('falaj.locations', true) = 'own' THEN
        RETURN NULL;
    END IF;
    WITH numbered AS MATERIALIZED (
        SELECT nextval('location_ids')::integer AS location_id,
               nextval('historical_locations_historical_location_id_seq')::integer AS historical_location_id,
               added.*
        FROM (SELECT * FROM added ORDER BY thing_id, since) AS added
    ),
    placed AS (
        INSERT INTO locations (location_id, of_thing_id, location)
        SELECT location_id, thing_id, jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(longitude, latitude))
        FROM numbered
    ),
    noted AS (
        INSERT INTO historical_locations (historical_location_id, thing_id, "time")
        SELECT historical_location_id, thing_id, since FROM numbered
    ),
    linked AS (
        INSERT INTO historical_location_links (historical_location_id, location_id)
        SELECT historical_location_id, location_id FROM numbered
    ),
    newest AS MATERIALIZED (
        SELECT DISTINCT ON (thing_id) thing_id, location_id
        FROM numbered
        WHERE NOT EXISTS (
            SELECT FROM historical_locations AS later
            WHERE later.thing_id = numbered.thing_id AND later."time" > numbered.since)
        ORDER BY thing_id, since DESC
    ),
    left_behind AS (
        DELETE FROM location_links USING newest WHERE location_links.thing_id = newest.thing_id
    )
    INSERT INTO location_links (thing_id, location_id) SELECT thing_id, location_id FROM newest;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.follow_changed_locations()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF current_setting('falaj.locations', true) = 'own' THEN
        RETURN NULL;
    END IF;
    UPDATE locations SET
        location = jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(changed.longitude, changed.latitude))
    FROM changed
    JOIN historical_locations AS noted ON noted.thing_id = changed.thing_id AND noted."time" = changed.since
    JOIN historical_location_links AS link USING (historical_location_id)
    WHERE locations.location_id = link.location_id AND locations.of_thing_id = changed.thing_id;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b011/city/sensorthings_views.sql

CREATE VIEW sta_things WITH (security_invoker=true) AS
 SELECT things.thing_id,
    things.name_en AS name,
    things.name_ar,
    COALESCE(details.description, things.kind) AS description,
        CASE
            WHEN details.thing_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object('code', things.code, 'kind', things.kind, 'source', sources.code, 'place', things.place_code, 'name_ar', things.name_ar))
        END AS properties,
    things.source_id,
    things.code
   FROM things
     LEFT JOIN thing_details details USING (thing_id)
     LEFT JOIN sources USING (source_id);
GRANT SELECT ON sta_things TO falaj_read;
GRANT SELECT ON sta_things TO falaj_registry;

CREATE VIEW sta_sensors AS
 SELECT sensors.sensor_id,
    sensors.name_en AS name,
    COALESCE(details.description, NULLIF(concat_ws(' '::text, sensors.manufacturer, sensors.model), ''::text), sensors.name_en) AS description,
    COALESCE(details.encoding_type,
        CASE
            WHEN sensors.datasheet_url ~~ '%.pdf'::text THEN 'application/pdf'::text
            ELSE 'text/html'::text
        END) AS encoding_type,
    COALESCE(details.metadata, to_jsonb(COALESCE(sensors.datasheet_url, ''::text))) AS metadata,
        CASE
            WHEN details.sensor_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object('code', sensors.code, 'manufacturer', sensors.manufacturer, 'model', sensors.model, 'name_ar', sensors.name_ar))
        END AS properties
   FROM sensors
     LEFT JOIN sensor_details details USING (sensor_id)
  WHERE details.stands_for IS NULL
UNION ALL
 SELECT 0 AS sensor_id,
    'Not stated'::text AS name,
    'Nobody has said which sensor measures this.'::text AS description,
    'text/html'::text AS encoding_type,
    '""'::jsonb AS metadata,
    '{"name_ar": "غير مذكور"}'::jsonb AS properties;
GRANT SELECT ON sta_sensors TO falaj_read;
GRANT SELECT ON sta_sensors TO falaj_registry;

CREATE VIEW sta_observed_properties AS
 SELECT properties.observed_property_id,
    properties.name_en AS name,
    COALESCE(properties.definition, 'urn:falaj:observed-property:'::text || properties.code) AS definition,
    COALESCE(details.description, properties.name_en) AS description,
        CASE
            WHEN details.code IS NOT NULL THEN details.properties
            ELSE jsonb_build_object('code', properties.code, 'sector', properties.sector, 'name_ar', properties.name_ar)
        END AS properties,
    properties.code
   FROM observed_properties properties
     LEFT JOIN observed_property_details details USING (code);
GRANT SELECT ON sta_observed_properties TO falaj_read;
GRANT SELECT ON sta_observed_properties TO falaj_registry;

CREATE VIEW sta_datastreams WITH (security_invoker=true) AS
 SELECT datastreams.datastream_id,
    datastreams.thing_id,
    COALESCE(hidden.stands_for, datastreams.sensor_id, 0) AS sensor_id,
    properties.observed_property_id,
    COALESCE(details.name, (things.name_en || ': '::text) || properties.name_en) AS name,
    COALESCE(details.description, (properties.name_en || ' at '::text) || things.name_en) AS description,
    details.unit_of_measurement,
    datastreams.unit,
    COALESCE(details.observation_type,
        CASE datastreams.result_type
            WHEN 'measurement'::text THEN 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement'::text
            WHEN 'category'::text THEN 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation'::text
            ELSE 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation'::text
        END) AS observation_type,
    details.observed_area,
        CASE
            WHEN details.datastream_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object('interval_seconds', datastreams.interval_seconds, 'observed_property', datastreams.observed_property_code))
        END AS properties,
    datastreams.result_type,
    details.observation_type IS NOT NULL AND datastreams.result_type = 'category'::text AND details.observation_type !~~ '%OM_CategoryObservation'::text AS is_json
   FROM datastreams
     LEFT JOIN datastream_details details USING (datastream_id)
     LEFT JOIN things ON things.thing_id = datastreams.thing_id
     LEFT JOIN observed_properties properties ON properties.code = datastreams.observed_property_code
     LEFT JOIN sensor_details hidden ON hidden.sensor_id = datastreams.sensor_id;
GRANT SELECT ON sta_datastreams TO falaj_read;
GRANT SELECT ON sta_datastreams TO falaj_registry;

CREATE VIEW sta_locations WITH (security_invoker=true) AS
 SELECT locations.location_id,
    COALESCE(locations.name, ( SELECT things.name_en
           FROM things
          WHERE things.thing_id = locations.of_thing_id)) AS name,
    COALESCE(locations.description, ('Where '::text || (( SELECT things.name_en
           FROM things
          WHERE things.thing_id = locations.of_thing_id))) || ' stands'::text) AS description,
    locations.encoding_type,
    locations.location,
    locations.properties,
    locations.of_thing_id
   FROM locations
UNION ALL
 SELECT - things.thing_id AS location_id,
    things.name_en AS name,
    ('Where '::text || things.name_en) || ' was last seen'::text AS description,
    'application/geo+json'::text AS encoding_type,
    jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(latest.longitude, latest.latitude)) AS location,
    jsonb_build_object('phenomenonTime', latest.phenomenon_time) AS properties,
    things.thing_id AS of_thing_id
   FROM datastreams
     JOIN latest USING (datastream_id)
     JOIN things USING (thing_id)
  WHERE datastreams.observed_property_code = 'location'::text AND datastreams.sensor_id IS NULL AND latest.longitude IS NOT NULL AND NOT (EXISTS ( SELECT
           FROM location_links
          WHERE location_links.thing_id = things.thing_id));
GRANT SELECT ON sta_locations TO falaj_read;
GRANT SELECT ON sta_locations TO falaj_registry;

CREATE VIEW sta_thing_locations WITH (security_invoker=true) AS
 SELECT location_links.thing_id,
    location_links.location_id
   FROM location_links
UNION ALL
 SELECT datastreams.thing_id,
    - datastreams.thing_id AS location_id
   FROM datastreams
     JOIN latest USING (datastream_id)
  WHERE datastreams.observed_property_code = 'location'::text AND datastreams.sensor_id IS NULL AND latest.longitude IS NOT NULL AND NOT (EXISTS ( SELECT
           FROM location_links
          WHERE location_links.thing_id = datastreams.thing_id));
GRANT SELECT ON sta_thing_locations TO falaj_read;
GRANT SELECT ON sta_thing_locations TO falaj_registry;

CREATE VIEW sta_historical_locations WITH (security_invoker=true) AS
 SELECT historical_location_id,
    thing_id,
    "time"
   FROM historical_locations;
GRANT SELECT ON sta_historical_locations TO falaj_read;
GRANT SELECT ON sta_historical_locations TO falaj_registry;

CREATE VIEW sta_historical_location_links WITH (security_invoker=true) AS
 SELECT historical_location_id,
    location_id
   FROM historical_location_links;
GRANT SELECT ON sta_historical_location_links TO falaj_read;
GRANT SELECT ON sta_historical_location_links TO falaj_registry;

CREATE VIEW sta_features WITH (security_invoker=true) AS
 SELECT features.feature_id,
    features.name,
    features.description,
    features.encoding_type,
    features.feature,
    features.properties
   FROM features
UNION ALL
 SELECT locations.location_id AS feature_id,
    COALESCE(locations.name, things.name_en) AS name,
    COALESCE(locations.description, ('Where '::text || things.name_en) || ' stands'::text) AS description,
    locations.encoding_type,
    locations.location AS feature,
    locations.properties
   FROM locations
     LEFT JOIN things ON things.thing_id = locations.of_thing_id
  WHERE locations.is_feature AND NOT (EXISTS ( SELECT
           FROM features
          WHERE features.feature_id = locations.location_id));
GRANT SELECT ON sta_features TO falaj_read;
GRANT SELECT ON sta_features TO falaj_registry;

CREATE VIEW sta_feature_spans WITH (security_invoker=true) AS
 SELECT thing_id,
        CASE
            WHEN lag("time") OVER by_time IS NULL THEN '-infinity'::timestamp with time zone
            ELSE "time"
        END AS since,
    lead("time", 1, 'infinity'::timestamp with time zone) OVER by_time AS until,
    feature_id
   FROM ( SELECT noted_1.historical_location_id,
            noted_1.thing_id,
            noted_1."time",
            ( SELECT min(link.location_id) AS min
                   FROM historical_location_links link
                  WHERE link.historical_location_id = noted_1.historical_location_id) AS feature_id
           FROM historical_locations noted_1) noted
  WHERE feature_id IS NOT NULL
  WINDOW by_time AS (PARTITION BY thing_id ORDER BY "time", historical_location_id);
GRANT SELECT ON sta_feature_spans TO falaj_read;
GRANT SELECT ON sta_feature_spans TO falaj_registry;

-- citycore/store/migrations/versions/b018/city/counted.sql

CREATE OR REPLACE FUNCTION public.counts_only_accepted()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN CASE CURRENT_USER WHEN 'falaj_read'::name THEN (COALESCE(current_setting('falaj.sources'::text, true), ''::text) <> 'all'::text) ELSE (COALESCE(current_setting('falaj.sources'::text, true), ''::text) = 'accepted'::text) END;

CREATE VIEW hidden_sources AS
 SELECT source_id
   FROM sources
  WHERE review <> 'accepted'::text AND counts_only_accepted();
GRANT SELECT ON hidden_sources TO falaj_read;
GRANT SELECT ON hidden_sources TO falaj_registry;
GRANT SELECT ON hidden_sources TO falaj_worker;

CREATE VIEW hidden_things AS
 SELECT thing_id
   FROM things
  WHERE NOT is_counted AND counts_only_accepted();
GRANT SELECT ON hidden_things TO falaj_read;
GRANT SELECT ON hidden_things TO falaj_registry;
GRANT SELECT ON hidden_things TO falaj_worker;

CREATE VIEW hidden_datastreams AS
 SELECT datastream_id
   FROM datastreams
  WHERE NOT is_counted AND counts_only_accepted();
GRANT SELECT ON hidden_datastreams TO falaj_read;
GRANT SELECT ON hidden_datastreams TO falaj_registry;
GRANT SELECT ON hidden_datastreams TO falaj_worker;

-- citycore/store/migrations/versions/b018/city/reviews.sql

CREATE TABLE source_reviews (
    source_review_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    source_id integer NOT NULL,
    review text NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT source_reviews_pkey PRIMARY KEY (source_review_id),
    CONSTRAINT source_reviews_review_check CHECK (review = ANY (ARRAY['accepted'::text, 'refused'::text, 'taken_out'::text])),
    CONSTRAINT source_reviews_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id) ON DELETE CASCADE
);
CREATE INDEX source_reviews_source ON source_reviews USING btree (source_id, source_review_id DESC);
GRANT INSERT, SELECT ON source_reviews TO falaj_registry;

CREATE OR REPLACE FUNCTION public.count_as_source()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF TG_TABLE_NAME = 'things' THEN
        NEW.is_counted := (SELECT review = 'accepted' FROM sources WHERE source_id = NEW.source_id);
    ELSE
        NEW.is_counted := (SELECT is_counted FROM things WHERE thing_id = NEW.thing_id);
    END IF;
    NEW.is_counted := coalesce(NEW.is_counted, true);  -- the foreign key says what is wrong
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.follow_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    counts boolean := NEW.review = 'accepted';
BEGIN
    UPDATE things SET is_counted = counts WHERE source_id = NEW.source_id AND is_counted <> counts;
    UPDATE datastreams SET is_counted = counts
    FROM things
    WHERE things.thing_id = datastreams.thing_id AND things.source_id = NEW.source_id AND datastreams.is_counted <> counts;
    IF NOT counts THEN
        WITH over AS (
            UPDATE alerts SET cleared_at = greatest(now(), raised_at), clearing_noted_at = clock_timestamp()
            FROM things
            WHERE things.thing_id = alerts.thing_id AND things.source_id = NEW.source_id AND alerts.cleared_at IS NULL
            RETURNING alerts.alert_id, alerts.rule_code, alerts.subject, alerts.cleared_at
        ), noted AS (
            INSERT INTO alert_events (alert_id, event, at) SELECT alert_id, 'cleared', cleared_at FROM over
        )
        DELETE FROM alert_states USING over WHERE alert_states.rule_code = over.rule_code AND alert_states.subject = over.subject;
    END IF;
    RETURN NULL;
END $function$;

-- citycore/store/migrations/versions/b023/city/excesses.sql

CREATE TABLE source_excesses (
    source_id integer NOT NULL,
    messages bigint NOT NULL,
    payload_bytes bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    newest_at timestamp with time zone NOT NULL,
    CONSTRAINT source_excesses_pkey PRIMARY KEY (source_id),
    CONSTRAINT source_excesses_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id) ON DELETE CASCADE
);
GRANT INSERT, SELECT, UPDATE ON source_excesses TO falaj_ingest;
GRANT SELECT ON source_excesses TO falaj_registry;

-- citycore/store/migrations/versions/b024/city/registry_changes.sql

CREATE TABLE registry_changes (
    slot integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    changes bigint NOT NULL,
    CONSTRAINT registry_changes_pkey PRIMARY KEY (slot)
) WITH (fillfactor=10);
GRANT SELECT ON registry_changes TO falaj_read;

-- citycore/store/migrations/versions/b029/city/service_alerts.sql

CREATE TABLE service_alerts (
    source_id integer NOT NULL,
    topic text NOT NULL,
    alert text NOT NULL,
    active_periods jsonb NOT NULL,
    informed jsonb NOT NULL,
    informed_left_out integer NOT NULL,
    cause text NOT NULL,
    effect text NOT NULL,
    severity text NOT NULL,
    header jsonb NOT NULL,
    description jsonb NOT NULL,
    url jsonb NOT NULL,
    first_stated_at timestamp with time zone NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone,
    CONSTRAINT service_alerts_pkey PRIMARY KEY (source_id, topic, alert),
    CONSTRAINT service_alerts_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON service_alerts TO falaj_ingest;
GRANT SELECT ON service_alerts TO falaj_read;
