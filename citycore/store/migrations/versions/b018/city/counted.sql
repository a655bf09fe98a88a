-- The one place that says who sees what is not accepted. Readers (falaj_read) see it when a question asks for it; the worker and
-- commands (falaj_worker, falaj_registry) see everything, but where they make figures, forecasts, alerts and files of the city. A
-- connection says so by falaj.sources: 'all' or 'accepted'. Ingest stores everything, and the registry shows owners what is theirs.

CREATE FUNCTION counts_only_accepted() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE current_user
    WHEN 'falaj_read' THEN coalesce(current_setting('falaj.sources', true), '') <> 'all'
    ELSE coalesce(current_setting('falaj.sources', true), '') = 'accepted'
END;

ALTER TABLE sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE things ENABLE ROW LEVEL SECURITY;
ALTER TABLE datastreams ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON sources USING (true) WITH CHECK (true);
CREATE POLICY everything ON things USING (true) WITH CHECK (true);
CREATE POLICY everything ON datastreams USING (true) WITH CHECK (true);
CREATE POLICY counted ON sources AS RESTRICTIVE FOR SELECT TO falaj_read, falaj_worker, falaj_registry
    USING (review = 'accepted' OR NOT counts_only_accepted());
CREATE POLICY counted ON things AS RESTRICTIVE FOR SELECT TO falaj_read, falaj_worker, falaj_registry
    USING (is_counted OR NOT counts_only_accepted());
CREATE POLICY counted ON datastreams AS RESTRICTIVE FOR SELECT TO falaj_read, falaj_worker, falaj_registry
    USING (is_counted OR NOT counts_only_accepted());
GRANT SELECT (review) ON sources TO falaj_read;

-- What a reader does not see, for tables that have no row of the registry to join: there are few such rows, found by an index.
CREATE VIEW hidden_sources AS SELECT source_id FROM sources WHERE review <> 'accepted' AND counts_only_accepted();
CREATE VIEW hidden_things AS SELECT thing_id FROM things WHERE NOT is_counted AND counts_only_accepted();
CREATE VIEW hidden_datastreams AS SELECT datastream_id FROM datastreams WHERE NOT is_counted AND counts_only_accepted();
GRANT SELECT ON hidden_sources, hidden_things, hidden_datastreams TO falaj_read, falaj_worker, falaj_registry;

-- Views of SensorThings read as whoever asks.
ALTER VIEW sta_things SET (security_invoker = true);
ALTER VIEW sta_datastreams SET (security_invoker = true);
ALTER VIEW sta_locations SET (security_invoker = true);
ALTER VIEW sta_thing_locations SET (security_invoker = true);
ALTER VIEW sta_historical_locations SET (security_invoker = true);
ALTER VIEW sta_historical_location_links SET (security_invoker = true);
ALTER VIEW sta_features SET (security_invoker = true);
ALTER VIEW sta_feature_spans SET (security_invoker = true);
GRANT SELECT ON thing_details, sensors, sensor_details, observed_property_details, datastream_details, locations, location_links,
    historical_locations, historical_location_links, features TO falaj_read, falaj_registry;

ALTER TABLE locations ENABLE ROW LEVEL SECURITY;
ALTER TABLE location_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE historical_locations ENABLE ROW LEVEL SECURITY;
ALTER TABLE historical_location_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE features ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON locations USING (true) WITH CHECK (true);
CREATE POLICY everything ON location_links USING (true) WITH CHECK (true);
CREATE POLICY everything ON historical_locations USING (true) WITH CHECK (true);
CREATE POLICY everything ON historical_location_links USING (true) WITH CHECK (true);
CREATE POLICY everything ON features USING (true) WITH CHECK (true);
CREATE POLICY counted ON locations AS RESTRICTIVE FOR SELECT TO falaj_read
    USING ((of_thing_id IS NULL OR of_thing_id <> ALL (ARRAY(SELECT thing_id FROM hidden_things)))
           AND (source_id IS NULL OR source_id <> ALL (ARRAY(SELECT source_id FROM hidden_sources))));
CREATE POLICY counted ON location_links AS RESTRICTIVE FOR SELECT TO falaj_read
    USING (thing_id <> ALL (ARRAY(SELECT thing_id FROM hidden_things)));
CREATE POLICY counted ON historical_locations AS RESTRICTIVE FOR SELECT TO falaj_read
    USING (thing_id <> ALL (ARRAY(SELECT thing_id FROM hidden_things)));
CREATE POLICY counted ON historical_location_links AS RESTRICTIVE FOR SELECT TO falaj_read
    USING (historical_location_id <> ALL (ARRAY(
        SELECT historical_location_id FROM historical_locations WHERE thing_id = ANY (ARRAY(SELECT thing_id FROM hidden_things)))));
CREATE POLICY counted ON features AS RESTRICTIVE FOR SELECT TO falaj_read
    USING (source_id IS NULL OR source_id <> ALL (ARRAY(SELECT source_id FROM hidden_sources)));

-- Alerts that everybody may know are of what is counted, those of the past too. Whoever looks after alerts sees all of them.
CREATE OR REPLACE VIEW open_alerts WITH (security_barrier = true) AS
SELECT alert_id, rule_code, thing_id, datastream_id, rule, severity, raised_at, noted_at, value, expected_at, cleared_at,
       acknowledged_at, is_false
FROM alerts
WHERE is_public AND thing_id <> ALL (ARRAY(SELECT things.thing_id FROM things WHERE NOT is_counted));
