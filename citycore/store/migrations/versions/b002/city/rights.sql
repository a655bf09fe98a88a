-- Whoever keeps the registry, by command, by key or in the portal, does it in a role of its own.

GRANT USAGE ON SCHEMA public TO falaj_registry;
GRANT SELECT ON sources, sectors, observed_properties, places, things, thing_locations, sensors, datastreams,
    datastream_units, datastream_intervals, source_credentials, thing_connections, gaps, latest, ingest_batches, dead_letters TO falaj_registry;
GRANT INSERT, UPDATE, DELETE ON sources, sectors, observed_properties, places, things, thing_locations, sensors,
    datastreams, datastream_intervals, source_credentials TO falaj_registry;
-- Owners see what arrived of theirs.
GRANT SELECT ON observations, observations_category, observations_position TO falaj_registry;
-- What waits for a thing to be registered is replayed by whoever registers it.
GRANT UPDATE (status, times_replayed, last_replayed_at) ON dead_letters TO falaj_registry;
-- Letters of one source are found by its namespace.
CREATE INDEX dead_letters_topic ON dead_letters (topic text_pattern_ops) WHERE status = 'open';
-- Whose a source is, its topics, and an address with a key in it that is asked for it are nobody's business who reads the city.
REVOKE SELECT ON sources FROM falaj_read;
GRANT SELECT (xmin, source_id, code, kind, name_en, name_ar, decoder, time_policy, zone, retained_policy, licence, attribution,
              created_at, description_en, description_ar, provider_en, provider_ar, homepage, licence_url, licence_name_en,
              licence_name_ar) ON sources TO falaj_read;
