-- The entities of OGC SensorThings 1.1, a view each. All joins are to keys and to at most one row, so that the planner leaves
-- out what a query does not ask for.

CREATE VIEW sta_things AS
SELECT things.thing_id,
       things.name_en AS name,
       things.name_ar,
       coalesce(details.description, things.kind) AS description,
       CASE WHEN details.thing_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object(
                'code', things.code, 'kind', things.kind, 'source', sources.code, 'place', things.place_code,
                'name_ar', things.name_ar)) END AS properties,
       things.source_id,
       things.code
FROM things
LEFT JOIN thing_details AS details USING (thing_id)
LEFT JOIN sources USING (source_id);

CREATE VIEW sta_sensors AS
SELECT sensors.sensor_id,
       sensors.name_en AS name,
       coalesce(details.description,
                nullif(concat_ws(' ', sensors.manufacturer, sensors.model), ''), sensors.name_en) AS description,
       coalesce(details.encoding_type,
                CASE WHEN sensors.datasheet_url LIKE '%.pdf' THEN 'application/pdf' ELSE 'text/html' END) AS encoding_type,
       coalesce(details.metadata, to_jsonb(coalesce(sensors.datasheet_url, ''))) AS metadata,
       CASE WHEN details.sensor_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object(
                'code', sensors.code, 'manufacturer', sensors.manufacturer, 'model', sensors.model,
                'name_ar', sensors.name_ar)) END AS properties
FROM sensors
LEFT JOIN sensor_details AS details USING (sensor_id)
WHERE details.stands_for IS NULL
UNION ALL
SELECT 0, 'Not stated', 'Nobody has said which sensor measures this.', 'text/html', '""'::jsonb,
       '{"name_ar": "غير مذكور"}'::jsonb;

CREATE VIEW sta_observed_properties AS
SELECT properties.observed_property_id,
       properties.name_en AS name,
       coalesce(properties.definition, 'urn:falaj:observed-property:' || properties.code) AS definition,
       coalesce(details.description, properties.name_en) AS description,
       CASE WHEN details.code IS NOT NULL THEN details.properties
            ELSE jsonb_build_object(
                'code', properties.code, 'sector', properties.sector, 'name_ar', properties.name_ar) END AS properties,
       properties.code
FROM observed_properties AS properties
LEFT JOIN observed_property_details AS details USING (code);

CREATE VIEW sta_datastreams AS
SELECT datastreams.datastream_id,
       datastreams.thing_id,
       coalesce(hidden.stands_for, datastreams.sensor_id, 0) AS sensor_id,
       properties.observed_property_id,
       coalesce(details.name, things.name_en || ': ' || properties.name_en) AS name,
       coalesce(details.description, properties.name_en || ' at ' || things.name_en) AS description,
       -- NULL where nothing was posted: the reader says the unit in words.
       details.unit_of_measurement,
       datastreams.unit,
       coalesce(details.observation_type, CASE datastreams.result_type
           WHEN 'measurement' THEN 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement'
           WHEN 'category' THEN 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation'
           ELSE 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation' END) AS observation_type,
       details.observed_area,
       CASE WHEN details.datastream_id IS NOT NULL THEN details.properties
            ELSE jsonb_strip_nulls(jsonb_build_object(
                'interval_seconds', datastreams.interval_seconds, 'observed_property', datastreams.observed_property_code))
            END AS properties,
       datastreams.result_type,
       -- OM_Observation posted by the standard: results are JSON texts in observations_category.
       details.observation_type IS NOT NULL AND datastreams.result_type = 'category'
           AND details.observation_type NOT LIKE '%OM_CategoryObservation' AS is_json
FROM datastreams
LEFT JOIN datastream_details AS details USING (datastream_id)
LEFT JOIN things ON things.thing_id = datastreams.thing_id
LEFT JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
LEFT JOIN sensor_details AS hidden ON hidden.sensor_id = datastreams.sensor_id;

CREATE VIEW sta_locations AS
SELECT locations.location_id,
       coalesce(locations.name, things.name_en) AS name,
       coalesce(locations.description, 'Where ' || things.name_en || ' stands') AS description,
       locations.encoding_type,
       locations.location,
       locations.properties,
       locations.of_thing_id
FROM locations
LEFT JOIN things ON things.thing_id = locations.of_thing_id
UNION ALL
-- Where a thing that moves is now, by a number below zero: nobody writes it but the thing itself.
SELECT -things.thing_id, things.name_en, 'Where ' || things.name_en || ' was last seen', 'application/geo+json',
       jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(latest.longitude, latest.latitude)),
       jsonb_build_object('phenomenonTime', latest.phenomenon_time), things.thing_id
FROM datastreams
JOIN latest USING (datastream_id)
JOIN things USING (thing_id)
WHERE datastreams.observed_property_code = 'location' AND datastreams.sensor_id IS NULL AND latest.longitude IS NOT NULL
  AND NOT EXISTS (SELECT FROM location_links WHERE location_links.thing_id = things.thing_id);

CREATE VIEW sta_thing_locations AS
SELECT thing_id, location_id FROM location_links
UNION ALL
SELECT datastreams.thing_id, -datastreams.thing_id
FROM datastreams
JOIN latest USING (datastream_id)
WHERE datastreams.observed_property_code = 'location' AND datastreams.sensor_id IS NULL AND latest.longitude IS NOT NULL
  AND NOT EXISTS (SELECT FROM location_links WHERE location_links.thing_id = datastreams.thing_id);

CREATE VIEW sta_historical_locations AS SELECT historical_location_id, thing_id, "time" FROM historical_locations;

CREATE VIEW sta_historical_location_links AS
SELECT historical_location_id, location_id FROM historical_location_links;

CREATE VIEW sta_features AS
SELECT feature_id, name, description, encoding_type, feature, properties FROM features
UNION ALL
SELECT locations.location_id, coalesce(locations.name, things.name_en),
       coalesce(locations.description, 'Where ' || things.name_en || ' stands'),
       locations.encoding_type, locations.location, locations.properties
FROM locations
LEFT JOIN things ON things.thing_id = locations.of_thing_id
WHERE locations.is_feature AND NOT EXISTS (SELECT FROM features WHERE features.feature_id = locations.location_id);

-- Which feature an observation has that says none of its own: the first of the locations where its thing was from one
-- instant on until the next. The first span begins with time.
CREATE VIEW sta_feature_spans AS
SELECT thing_id,
       CASE WHEN lag("time") OVER by_time IS NULL THEN '-infinity' ELSE "time" END AS since,
       lead("time", 1, 'infinity'::timestamptz) OVER by_time AS until,
       feature_id
FROM (
    SELECT noted.historical_location_id, noted.thing_id, noted."time",
           (SELECT min(link.location_id) FROM historical_location_links AS link
            WHERE link.historical_location_id = noted.historical_location_id) AS feature_id
    FROM historical_locations AS noted
) AS noted
WHERE feature_id IS NOT NULL
WINDOW by_time AS (PARTITION BY thing_id ORDER BY "time", historical_location_id);

GRANT SELECT ON
    sta_things, sta_sensors, sta_observed_properties, sta_datastreams, sta_locations, sta_thing_locations,
    sta_historical_locations, sta_historical_location_links, sta_features, sta_feature_spans
    TO falaj_read, falaj_registry;
