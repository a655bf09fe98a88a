-- Who may do what: ingest writes observations and their account; the worker writes what is derived;
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
