-- datastreams_of_thing --
SELECT datastream_id FROM datastreams WHERE thing_id = %(id)s ORDER BY datastream_id

-- datastreams_of_sensor --
SELECT datastream_id FROM sta_datastreams WHERE sensor_id = %(id)s ORDER BY datastream_id

-- datastreams_of_observedproperty --
SELECT datastream_id FROM datastreams JOIN observed_properties ON code = observed_property_code
WHERE observed_property_id = %(id)s ORDER BY datastream_id

-- foreign_datastreams --
-- Those of others among these.
SELECT count(*) FROM datastreams JOIN things USING (thing_id)
WHERE datastream_id = ANY (%(ids)s::int4[]) AND source_id <> %(source_id)s

-- forget_datastream --
SELECT forget_datastream(%(id)s)

-- forget_observations --
SELECT forget_observations(%(id)s, %(since)s, %(until)s)

-- delete_thing --
DELETE FROM things WHERE thing_id = %(id)s

-- delete_sensor --
DELETE FROM sensors WHERE sensor_id = %(id)s OR sensor_id IN (SELECT sensor_id FROM sensor_details WHERE stands_for = %(id)s)

-- code_of_property --
SELECT code FROM observed_properties WHERE observed_property_id = %(id)s

-- delete_observedproperty --
DELETE FROM observed_properties WHERE observed_property_id = %(id)s

-- lone_history --
-- What is known of things through this location alone goes with it.
DELETE FROM historical_locations
WHERE historical_location_id IN (
    SELECT historical_location_id FROM historical_location_links AS link WHERE location_id = %(id)s
      AND NOT EXISTS (
        SELECT FROM historical_location_links AS other
        WHERE other.historical_location_id = link.historical_location_id AND other.location_id <> %(id)s))

-- keep_feature --
-- A location as a feature of interest of its own, unless it is none.
INSERT INTO features (feature_id, name, description, encoding_type, feature, properties, source_id)
SELECT shown.feature_id, shown.name, shown.description, shown.encoding_type, shown.feature, shown.properties, place.source_id
FROM sta_features AS shown JOIN locations AS place ON place.location_id = shown.feature_id
WHERE shown.feature_id = %(id)s
ON CONFLICT (feature_id) DO UPDATE SET name = EXCLUDED.name
RETURNING feature_id

-- state_feature --
-- Of observations, what they are of.
INSERT INTO observation_details (datastream_id, phenomenon_time, feature_id)
SELECT %(datastream_id)s, unnest(%(times)s::timestamptz[]), %(id)s
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET feature_id = EXCLUDED.feature_id

-- delete_location --
DELETE FROM locations WHERE location_id = %(id)s

-- delete_historicallocation --
DELETE FROM historical_locations WHERE historical_location_id = %(id)s

-- own_of_feature --
-- Observations that say this feature.
SELECT datastream_id, phenomenon_time FROM observation_details WHERE feature_id = %(id)s LIMIT %(maximum)s

-- spans_of_feature --
-- Datastreams whose things were there, and between which instants, which may be infinite.
SELECT datastream_id, since::text, until::text
FROM sta_feature_spans JOIN datastreams USING (thing_id) WHERE feature_id = %(id)s

-- is_of_thing --
SELECT EXISTS (SELECT FROM locations WHERE location_id = %(id)s AND of_thing_id IS NOT NULL)

-- delete_featureofinterest --
DELETE FROM features WHERE feature_id = %(id)s

-- hide_feature --
UPDATE locations SET is_feature = false WHERE location_id = %(id)s

-- spans_of_history --
-- The span that begins with a historical location, for each datastream of its thing, and the feature there.
SELECT stream.datastream_id, span.since::text, span.until::text, span.feature_id
FROM historical_locations AS noted
JOIN sta_feature_spans AS span
    ON span.thing_id = noted.thing_id AND span.since <= noted."time" AND noted."time" < span.until
JOIN datastreams AS stream ON stream.thing_id = noted.thing_id
WHERE noted.historical_location_id = %(id)s

-- own_times --
-- Observations in a span of a datastream that say no feature of their own, up to a maximum.
SELECT phenomenon_time FROM (
    SELECT phenomenon_time FROM observations
    WHERE datastream_id = %(datastream_id)s AND phenomenon_time >= %(since)s::timestamptz AND phenomenon_time < %(until)s::timestamptz
    UNION ALL
    SELECT phenomenon_time FROM observations_category
    WHERE datastream_id = %(datastream_id)s AND phenomenon_time >= %(since)s::timestamptz AND phenomenon_time < %(until)s::timestamptz
    UNION ALL
    SELECT phenomenon_time FROM observations_position
    WHERE datastream_id = %(datastream_id)s AND phenomenon_time >= %(since)s::timestamptz AND phenomenon_time < %(until)s::timestamptz
) AS known
WHERE NOT EXISTS (
    SELECT FROM observation_details AS own
    WHERE own.datastream_id = %(datastream_id)s AND own.phenomenon_time = known.phenomenon_time AND own.feature_id IS NOT NULL)
LIMIT %(maximum)s
