-- own_locations --
-- What thing_locations is told here has its location already.
SELECT set_config('falaj.locations', 'own', true)

-- own_source --
-- The source of what administrators write.
INSERT INTO sources (code, kind, name_en, name_ar, description_en, description_ar)
VALUES ('sensorthings', 'device', 'SensorThings', 'SensorThings',
        'Things that administrators have registered through OGC SensorThings.',
        'أشياء سجّلها المشرفون عبر واجهة OGC SensorThings.')
ON CONFLICT (code) DO NOTHING

-- source_of_code --
SELECT source_id FROM sources WHERE code = 'sensorthings'

-- credential --
-- A credential that counts, and of what it is.
SELECT credential.secret_digest, sources.source_id, sources.code, credential.thing_id
FROM source_credentials AS credential JOIN sources USING (source_id)
WHERE credential.username = %(username)s AND credential.revoked_at IS NULL

-- secret --
SELECT secret FROM writing_secret

-- owner_of_thing --
SELECT source_id FROM things WHERE thing_id = %(id)s FOR UPDATE

-- owner_of_datastream --
SELECT things.source_id FROM datastreams JOIN things USING (thing_id)
WHERE datastream_id = %(id)s FOR UPDATE OF datastreams

-- owner_of_sensor --
SELECT details.source_id FROM sensors LEFT JOIN sensor_details AS details USING (sensor_id)
WHERE sensor_id = %(id)s AND details.stands_for IS NULL FOR UPDATE OF sensors

-- owner_of_observedproperty --
SELECT details.source_id FROM observed_properties AS known LEFT JOIN observed_property_details AS details USING (code)
WHERE observed_property_id = %(id)s FOR UPDATE OF known

-- owner_of_location --
SELECT coalesce(locations.source_id, things.source_id)
FROM locations LEFT JOIN things ON things.thing_id = locations.of_thing_id
WHERE location_id = %(id)s FOR UPDATE OF locations

-- owner_of_historicallocation --
SELECT things.source_id FROM historical_locations JOIN things USING (thing_id)
WHERE historical_location_id = %(id)s FOR UPDATE OF historical_locations

-- owner_of_featureofinterest --
SELECT CASE WHEN features.feature_id IS NULL THEN coalesce(locations.source_id, things.source_id)
            ELSE features.source_id END
FROM sta_features AS shown
LEFT JOIN features USING (feature_id)
LEFT JOIN locations ON locations.location_id = shown.feature_id
LEFT JOIN things ON things.thing_id = locations.of_thing_id
WHERE shown.feature_id = %(id)s

-- read_thing --
SELECT name, description, properties FROM sta_things WHERE thing_id = %(id)s

-- read_location --
SELECT name, description, encoding_type, location, properties FROM sta_locations WHERE location_id = %(id)s

-- read_historicallocation --
SELECT (extract(epoch FROM "time") * 1000000)::bigint FROM sta_historical_locations WHERE historical_location_id = %(id)s

-- read_datastream --
SELECT name, description, coalesce(unit_of_measurement, jsonb_build_object('name', unit, 'symbol', unit, 'definition', NULL)),
       observation_type, observed_area, properties
FROM sta_datastreams WHERE datastream_id = %(id)s

-- read_sensor --
SELECT name, description, encoding_type, metadata, properties FROM sta_sensors WHERE sensor_id = %(id)s

-- read_observedproperty --
SELECT name, definition, description, properties FROM sta_observed_properties WHERE observed_property_id = %(id)s

-- read_featureofinterest --
SELECT name, description, encoding_type, feature, properties FROM sta_features WHERE feature_id = %(id)s

-- is_taken --
SELECT EXISTS (SELECT FROM things WHERE code = %(code)s)
    OR EXISTS (SELECT FROM sensors WHERE code = %(code)s)
    OR EXISTS (SELECT FROM observed_properties WHERE code = %(code)s)

-- add_thing --
INSERT INTO things (code, source_id, kind, name_en, name_ar)
VALUES (%(code)s, %(source_id)s, 'thing', %(name)s, %(name)s)
RETURNING thing_id

-- save_thing --
WITH named AS (
    UPDATE things SET name_ar = CASE WHEN name_ar = name_en THEN %(name)s ELSE name_ar END, name_en = %(name)s
    WHERE thing_id = %(id)s AND name_en <> %(name)s
)
INSERT INTO thing_details (thing_id, description, properties) VALUES (%(id)s, %(description)s, %(properties)s)
ON CONFLICT (thing_id) DO UPDATE SET description = EXCLUDED.description, properties = EXCLUDED.properties

-- add_location --
INSERT INTO locations (name, description, encoding_type, location, properties, source_id)
VALUES (%(name)s, %(description)s, %(encodingType)s, %(location)s, %(properties)s, %(source_id)s)
RETURNING location_id

-- save_location --
UPDATE locations SET name = %(name)s, description = %(description)s, encoding_type = %(encodingType)s,
       location = %(location)s, properties = %(properties)s
WHERE location_id = %(id)s

-- things_at --
-- Things that are now at a location.
SELECT thing_id FROM location_links WHERE location_id = %(id)s ORDER BY thing_id

-- places_of --
-- What the present locations of a thing are.
SELECT location_id, encoding_type, location FROM location_links JOIN locations USING (location_id)
WHERE thing_id = %(id)s ORDER BY location_id

-- put_on_map --
UPDATE things SET longitude = %(longitude)s, latitude = %(latitude)s, place_code = %(place_code)s
WHERE thing_id = %(id)s
  AND (longitude, latitude) IS DISTINCT FROM (%(longitude)s::float8, %(latitude)s::float8)

-- note_on_map --
INSERT INTO thing_locations (thing_id, since, longitude, latitude, place_code)
VALUES (%(id)s, %(since)s, %(longitude)s, %(latitude)s, %(place_code)s)
ON CONFLICT (thing_id, since) DO UPDATE SET
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, place_code = EXCLUDED.place_code

-- leave_places --
DELETE FROM location_links WHERE thing_id = %(id)s

-- link_place --
INSERT INTO location_links (thing_id, location_id) VALUES (%(id)s, %(location_id)s) ON CONFLICT DO NOTHING

-- add_historicallocation --
INSERT INTO historical_locations (thing_id, "time") VALUES (%(thing_id)s, %(time)s) RETURNING historical_location_id

-- save_historicallocation --
UPDATE historical_locations SET "time" = %(time)s WHERE historical_location_id = %(id)s

-- leave_history --
DELETE FROM historical_location_links WHERE historical_location_id = %(id)s

-- link_history --
INSERT INTO historical_location_links (historical_location_id, location_id) VALUES (%(id)s, %(location_id)s)
ON CONFLICT DO NOTHING

-- is_historicallocation_of_thing --
SELECT EXISTS (SELECT FROM historical_locations
               WHERE thing_id = %(id)s AND historical_location_id = coalesce(%(other)s, historical_location_id))

-- is_thing_of_historicallocation --
SELECT EXISTS (SELECT FROM historical_locations WHERE thing_id = %(other)s AND historical_location_id = %(id)s)

-- is_historicallocation_of_location --
SELECT EXISTS (SELECT FROM historical_location_links
               WHERE location_id = %(id)s AND historical_location_id = coalesce(%(other)s, historical_location_id))

-- is_newest --
-- Whether nothing is known of where the thing was after that.
SELECT NOT EXISTS (SELECT FROM historical_locations WHERE thing_id = %(id)s AND "time" > %(time)s)

-- add_sensor --
INSERT INTO sensors (code, name_en, name_ar) VALUES (%(code)s, %(name)s, %(name)s) RETURNING sensor_id

-- save_sensor --
WITH named AS (
    UPDATE sensors SET name_ar = CASE WHEN name_ar = name_en THEN %(name)s ELSE name_ar END, name_en = %(name)s
    WHERE sensor_id = %(id)s AND name_en <> %(name)s
)
INSERT INTO sensor_details (sensor_id, description, encoding_type, metadata, properties, stands_for, source_id)
VALUES (%(id)s, %(description)s, %(encodingType)s, %(metadata)s, %(properties)s, %(stands_for)s, %(source_id)s)
ON CONFLICT (sensor_id) DO UPDATE SET
    description = EXCLUDED.description, encoding_type = EXCLUDED.encoding_type, metadata = EXCLUDED.metadata,
    properties = EXCLUDED.properties

-- add_observedproperty --
INSERT INTO observed_properties (code, name_en, name_ar, sector, unit, definition, is_edited)
VALUES (%(code)s, %(name)s, %(name)s, 'other', '1', %(definition)s, true)
RETURNING observed_property_id

-- save_observedproperty --
WITH named AS (
    UPDATE observed_properties SET
        name_ar = CASE WHEN name_ar = name_en THEN %(name)s ELSE name_ar END, name_en = %(name)s,
        definition = %(definition)s, is_edited = true
    WHERE observed_property_id = %(id)s AND (name_en <> %(name)s OR definition IS DISTINCT FROM %(definition)s)
)
INSERT INTO observed_property_details (code, description, properties, source_id)
SELECT code, %(description)s, %(properties)s, %(source_id)s FROM observed_properties WHERE observed_property_id = %(id)s
ON CONFLICT (code) DO UPDATE SET description = EXCLUDED.description, properties = EXCLUDED.properties

-- fit_property --
-- An observed property of the standard has no unit until its first datastream says one.
UPDATE observed_properties AS known SET unit = %(unit)s, result_type = %(result_type)s
FROM observed_property_details AS details
WHERE known.observed_property_id = %(id)s AND details.code = known.code
  AND NOT EXISTS (SELECT FROM datastreams WHERE observed_property_code = known.code)
  AND (known.unit <> %(unit)s OR known.result_type <> %(result_type)s)

-- is_doubled --
-- Whether the thing has a datastream of the property and sensor already.
SELECT EXISTS (
    SELECT FROM datastreams JOIN observed_properties AS known ON known.code = observed_property_code
    WHERE thing_id = %(thing_id)s AND known.observed_property_id = %(observed_property_id)s
      AND sensor_id IS NOT DISTINCT FROM %(sensor_id)s AND datastream_id IS DISTINCT FROM %(id)s
)

-- add_datastream --
INSERT INTO datastreams (thing_id, observed_property_code, sensor_id, unit, result_type)
SELECT %(thing_id)s, code, %(sensor_id)s, %(unit)s, %(result_type)s
FROM observed_properties WHERE observed_property_id = %(observed_property_id)s
RETURNING datastream_id

-- save_datastream --
INSERT INTO datastream_details
    (datastream_id, name, description, unit_of_measurement, observation_type, observed_area, properties)
VALUES (%(id)s, %(name)s, %(description)s, %(unitOfMeasurement)s, %(observationType)s, %(observedArea)s, %(properties)s)
ON CONFLICT (datastream_id) DO UPDATE SET
    name = EXCLUDED.name, description = EXCLUDED.description, unit_of_measurement = EXCLUDED.unit_of_measurement,
    observation_type = EXCLUDED.observation_type, observed_area = EXCLUDED.observed_area, properties = EXCLUDED.properties

-- links_of_datastream --
SELECT own.thing_id, own.sensor_id, known.observed_property_id, own.result_type, own.unit
FROM datastreams AS own JOIN observed_properties AS known ON known.code = own.observed_property_code
WHERE datastream_id = %(id)s

-- rehang_datastream --
UPDATE datastreams SET thing_id = %(thing_id)s, sensor_id = %(sensor_id)s,
       observed_property_code = (SELECT code FROM observed_properties WHERE observed_property_id = %(observed_property_id)s)
WHERE datastream_id = %(id)s

-- add_featureofinterest --
INSERT INTO features (name, description, encoding_type, feature, properties, source_id)
VALUES (%(name)s, %(description)s, %(encodingType)s, %(feature)s, %(properties)s, %(source_id)s)
RETURNING feature_id

-- save_featureofinterest --
-- Also of a location, which then is another thing as a feature.
INSERT INTO features (feature_id, name, description, encoding_type, feature, properties, source_id)
VALUES (%(id)s, %(name)s, %(description)s, %(encodingType)s, %(feature)s, %(properties)s, %(source_id)s)
ON CONFLICT (feature_id) DO UPDATE SET
    name = EXCLUDED.name, description = EXCLUDED.description, encoding_type = EXCLUDED.encoding_type,
    feature = EXCLUDED.feature, properties = EXCLUDED.properties

-- is_feature --
SELECT EXISTS (SELECT FROM sta_features WHERE feature_id = %(id)s)

-- streams --
-- Datastreams as their observations need them.
SELECT stream.datastream_id, stream.thing_id, things.source_id, stream.result_type, stream.observation_type, stream.is_json,
       present.feature_id, (extract(epoch FROM present.since) * 1000000)::bigint, coalesce(present.is_hidden, false),
       own.conflict_policy = 'keep_last', stream.unit_of_measurement IS NOT NULL
FROM sta_datastreams AS stream
JOIN datastreams AS own USING (datastream_id)
JOIN things ON things.thing_id = stream.thing_id
LEFT JOIN (
    SELECT link.thing_id, min(link.location_id) AS feature_id,
           (array_agg(NOT locations.is_feature ORDER BY link.location_id))[1] AS is_hidden,
           (SELECT max("time") FROM historical_locations WHERE historical_locations.thing_id = link.thing_id
            HAVING count(*) > 1) AS since
    FROM location_links AS link JOIN locations USING (location_id)
    WHERE link.thing_id IN (SELECT thing_id FROM datastreams WHERE datastream_id = ANY (%(ids)s::int4[]))
    GROUP BY link.thing_id
) AS present ON present.thing_id = stream.thing_id
WHERE stream.datastream_id = ANY (%(ids)s::int4[])

-- possible --
-- Between which results of these datastreams lie.
SELECT datastream_id, coalesce(lowest_possible, '-Infinity'), coalesce(highest_possible, 'Infinity')
FROM datastreams JOIN observed_properties ON code = observed_property_code
WHERE datastream_id = ANY (%(ids)s::int4[])

-- told --
-- Whoever listens hears it when the transaction has committed.
SELECT pg_notify('falaj_sensorthings', %(payload)s)

-- placed --
-- Those of these things that are anywhere, be it where they were last seen.
SELECT thing_id FROM unnest(%(things)s::int4[]) AS asked (thing_id)
WHERE EXISTS (SELECT FROM sta_thing_locations AS place WHERE place.thing_id = asked.thing_id)

-- feature_anew --
-- The feature of interest that stands for a location which somebody has deleted as one, and its number then: one that is like it, or
-- a new one, and whether it is that.
WITH place AS (
    SELECT coalesce(locations.name, things.name_en) AS name,
           coalesce(locations.description, 'Where ' || things.name_en || ' stands') AS description,
           locations.encoding_type, locations.location, locations.properties, locations.source_id
    FROM locations LEFT JOIN things ON things.thing_id = locations.of_thing_id
    WHERE locations.location_id = %(id)s
),
there AS (
    SELECT feature_id FROM features JOIN place USING (name, description, encoding_type)
    WHERE features.feature = place.location ORDER BY feature_id LIMIT 1
),
made AS (
    INSERT INTO features (name, description, encoding_type, feature, properties, source_id)
    SELECT name, description, encoding_type, location, properties, source_id FROM place
    WHERE NOT EXISTS (SELECT FROM there)
    RETURNING feature_id
)
SELECT feature_id, false FROM there UNION ALL SELECT feature_id, true FROM made

-- kept --
-- What is kept of these datastreams from each of these instants on, until before the next.
SELECT asked.datastream_id, known.phenomenon_time, result, result_text, longitude, latitude, phenomenon_end, result_time, valid_start,
       valid_end, result_quality, parameters, feature_id, phenomenon_start, exact_result
FROM unnest(%(ids)s::int4[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS asked (datastream_id, since, until)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result, NULL::text AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude
    FROM observations AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= since AND phenomenon_time < until
    UNION ALL
    SELECT phenomenon_time, NULL, result, NULL, NULL FROM observations_category AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= since AND phenomenon_time < until
    UNION ALL
    SELECT phenomenon_time, NULL, NULL, longitude, latitude FROM observations_position AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= since AND phenomenon_time < until
) AS known
LEFT JOIN observation_details AS details
    ON details.datastream_id = asked.datastream_id AND details.phenomenon_time = known.phenomenon_time

-- detailed --
-- Which of these observations have more than a result.
SELECT datastream_id, phenomenon_time
FROM unnest(%(ids)s::int4[], %(times)s::timestamptz[]) AS asked (datastream_id, phenomenon_time)
JOIN observation_details USING (datastream_id, phenomenon_time)

-- moved_to --
-- When an observation is that was at this time before.
SELECT phenomenon_time FROM observation_moves WHERE datastream_id = %(id)s AND was = %(was)s

-- read_observation --
-- An observation by its datastream and where it is kept.
SELECT known.phenomenon_time, phenomenon_end, result, result_text, longitude, latitude, result_time, valid_start, valid_end,
       result_quality, parameters, feature_id, phenomenon_start
FROM (
    SELECT phenomenon_time, result, NULL::text AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude
    FROM observations WHERE datastream_id = %(id)s AND phenomenon_time = %(time)s
    UNION ALL
    SELECT phenomenon_time, NULL, result, NULL, NULL
    FROM observations_category WHERE datastream_id = %(id)s AND phenomenon_time = %(time)s
    UNION ALL
    SELECT phenomenon_time, NULL, NULL, longitude, latitude
    FROM observations_position WHERE datastream_id = %(id)s AND phenomenon_time = %(time)s
) AS known
LEFT JOIN observation_details AS details
    ON details.datastream_id = %(id)s AND details.phenomenon_time = known.phenomenon_time

-- save_details --
INSERT INTO observation_details
    (datastream_id, phenomenon_time, phenomenon_end, result_time, valid_start, valid_end, result_quality, parameters, feature_id)
VALUES (%(id)s, %(time)s, %(phenomenon_end)s, %(result_time)s, %(valid_start)s, %(valid_end)s, %(result_quality)s,
        %(parameters)s, %(feature_id)s)
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET
    phenomenon_end = EXCLUDED.phenomenon_end, result_time = EXCLUDED.result_time, valid_start = EXCLUDED.valid_start,
    valid_end = EXCLUDED.valid_end, result_quality = EXCLUDED.result_quality, parameters = EXCLUDED.parameters,
    feature_id = EXCLUDED.feature_id

-- note_move --
INSERT INTO observation_moves (datastream_id, was, phenomenon_time) VALUES (%(id)s, %(was)s, %(time)s)
ON CONFLICT (datastream_id, was) DO UPDATE SET phenomenon_time = EXCLUDED.phenomenon_time

-- carry_moves --
UPDATE observation_moves SET phenomenon_time = %(time)s WHERE datastream_id = %(id)s AND phenomenon_time = %(was)s

-- drop_moves --
DELETE FROM observation_moves WHERE datastream_id = %(id)s AND (phenomenon_time = %(time)s OR was = %(time)s)

-- count_observations --
-- Of these datastreams, up to a maximum.
SELECT count(*) FROM (
    SELECT FROM unnest(%(ids)s::int4[]) AS own (datastream_id)
    CROSS JOIN LATERAL (
        SELECT 1 FROM observations AS known WHERE known.datastream_id = own.datastream_id
        UNION ALL
        SELECT 1 FROM observations_category AS known WHERE known.datastream_id = own.datastream_id
        UNION ALL
        SELECT 1 FROM observations_position AS known WHERE known.datastream_id = own.datastream_id
    ) AS known
    LIMIT %(maximum)s
) AS counted

-- refit_datastream --
-- Of a datastream without observations, or whose unit was stated wrongly.
UPDATE datastreams SET unit = %(unit)s, result_type = %(result_type)s WHERE datastream_id = %(id)s
