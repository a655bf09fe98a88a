-- put_sector --
INSERT INTO sectors (code, name_en, name_ar, is_edited) VALUES (%(code)s, %(name_en)s, %(name_ar)s, true)
ON CONFLICT (code) DO UPDATE SET name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, is_edited = true
RETURNING xmax = 0

-- put_property --
-- What an operator says of an observed property; a newer version of the hub leaves it as it is.
INSERT INTO observed_properties
    (code, name_en, name_ar, sector, unit, lower_bound, upper_bound, lowest_possible, highest_possible,
     is_circular, is_forecast, is_amount, result_type, aliases, definition, quality_tests, is_edited)
VALUES (%(code)s, %(name_en)s, %(name_ar)s, %(sector)s, %(unit)s, %(lower_bound)s, %(upper_bound)s,
        %(lowest_possible)s, %(highest_possible)s, %(is_circular)s, %(is_forecast)s, %(is_amount)s,
        %(result_type)s, %(aliases)s, %(definition)s, %(quality_tests)s, true)
ON CONFLICT (code) DO UPDATE SET
    name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, sector = EXCLUDED.sector, unit = EXCLUDED.unit,
    lower_bound = EXCLUDED.lower_bound, upper_bound = EXCLUDED.upper_bound,
    lowest_possible = EXCLUDED.lowest_possible, highest_possible = EXCLUDED.highest_possible,
    is_circular = EXCLUDED.is_circular, is_forecast = EXCLUDED.is_forecast, is_amount = EXCLUDED.is_amount,
    result_type = EXCLUDED.result_type, aliases = EXCLUDED.aliases, definition = EXCLUDED.definition,
    quality_tests = EXCLUDED.quality_tests, is_edited = true
RETURNING xmax = 0

-- put_sensor --
INSERT INTO sensors (code, name_en, name_ar, manufacturer, model, datasheet_url)
VALUES (%(code)s, %(name_en)s, %(name_ar)s, %(manufacturer)s, %(model)s, %(datasheet_url)s)
ON CONFLICT (code) DO UPDATE SET
    name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, manufacturer = EXCLUDED.manufacturer,
    model = EXCLUDED.model, datasheet_url = EXCLUDED.datasheet_url
RETURNING xmax = 0

-- owner_of --
-- Whose a source is; locked until the transaction ends.
SELECT owner FROM sources WHERE code = %(code)s FOR UPDATE

-- put_source --
INSERT INTO sources
    (code, kind, name_en, name_ar, decoder, topic_filters, mapping, codec, owner, time_policy, zone,
     retained_policy, licence, attribution, description_en, description_ar, provider_en, provider_ar, homepage,
     licence_url, licence_name_en, licence_name_ar)
VALUES (%(code)s, %(kind)s, %(name_en)s, %(name_ar)s, %(decoder)s, %(topic_filters)s, %(mapping)s, %(codec)s,
        %(owner)s, %(time_policy)s, %(zone)s, %(retained_policy)s, %(licence)s, %(attribution)s,
        %(description_en)s, %(description_ar)s, %(provider_en)s, %(provider_ar)s, %(homepage)s,
        %(licence_url)s, %(licence_name_en)s, %(licence_name_ar)s)
ON CONFLICT (code) DO UPDATE SET
    kind = EXCLUDED.kind, name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, decoder = EXCLUDED.decoder,
    topic_filters = EXCLUDED.topic_filters, mapping = EXCLUDED.mapping, codec = EXCLUDED.codec,
    owner = EXCLUDED.owner, time_policy = EXCLUDED.time_policy, zone = EXCLUDED.zone,
    retained_policy = EXCLUDED.retained_policy, licence = EXCLUDED.licence,
    attribution = EXCLUDED.attribution, description_en = EXCLUDED.description_en,
    description_ar = EXCLUDED.description_ar, provider_en = EXCLUDED.provider_en,
    provider_ar = EXCLUDED.provider_ar, homepage = EXCLUDED.homepage, licence_url = EXCLUDED.licence_url,
    licence_name_en = EXCLUDED.licence_name_en, licence_name_ar = EXCLUDED.licence_name_ar
RETURNING source_id, xmax = 0

-- put_thing --
-- No row if it belongs to another source.
INSERT INTO things (code, source_id, device, kind, name_en, name_ar, longitude, latitude, place_code)
VALUES (%(code)s, %(source_id)s, %(device)s, %(kind)s, %(name_en)s, %(name_ar)s, %(longitude)s, %(latitude)s,
        %(place_code)s)
ON CONFLICT (code) DO UPDATE SET
    device = EXCLUDED.device, kind = EXCLUDED.kind, name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar,
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, place_code = EXCLUDED.place_code
WHERE things.source_id = EXCLUDED.source_id
RETURNING thing_id, xmax = 0

-- note_location --
-- Where a thing stands from then on, unless it stood there already.
INSERT INTO thing_locations (thing_id, since, longitude, latitude, place_code)
SELECT %(thing_id)s, %(since)s, %(longitude)s, %(latitude)s, %(place_code)s
WHERE NOT EXISTS (
    SELECT FROM (
        SELECT longitude, latitude FROM thing_locations
        WHERE thing_id = %(thing_id)s AND since <= %(since)s ORDER BY since DESC LIMIT 1
    ) AS before
    WHERE before.longitude = %(longitude)s AND before.latitude = %(latitude)s
)
ON CONFLICT (thing_id, since) DO UPDATE SET
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, place_code = EXCLUDED.place_code

-- put_datastream --
-- No row if its unit or type would change.
INSERT INTO datastreams (thing_id, observed_property_code, sensor_id, unit, result_type, conflict_policy,
                         interval_seconds, quality_tests)
VALUES (%(thing_id)s, %(observed_property)s,
        (SELECT sensor_id FROM sensors WHERE code = %(sensor)s), %(unit)s, %(result_type)s,
        %(conflict_policy)s, %(interval_seconds)s, %(quality_tests)s)
ON CONFLICT (thing_id, observed_property_code, sensor_id) DO UPDATE SET
    conflict_policy = EXCLUDED.conflict_policy, interval_seconds = EXCLUDED.interval_seconds,
    quality_tests = EXCLUDED.quality_tests
WHERE datastreams.unit = EXCLUDED.unit AND datastreams.result_type = EXCLUDED.result_type
RETURNING datastream_id, xmax = 0

-- sensor_codes --
SELECT code FROM sensors

-- sector_codes --
SELECT code FROM sectors

-- edited_sectors --
SELECT code, name_en, name_ar FROM sectors WHERE is_edited ORDER BY code

-- edited_properties --
SELECT code, name_en, name_ar, sector, unit, lower_bound, upper_bound, lowest_possible, highest_possible,
       is_circular, is_forecast, is_amount, result_type, aliases, definition, quality_tests
FROM observed_properties WHERE is_edited ORDER BY code

-- all_sensors --
SELECT code, name_en, name_ar, manufacturer, model, datasheet_url FROM sensors ORDER BY code

-- described_sources --
-- Sources as a document has them; of one, of one owner, or all.
SELECT source_id, code, kind, name_en, name_ar, decoder, topic_filters, mapping, codec, owner, time_policy, zone,
       retained_policy, licence, attribution, description_en, description_ar, provider_en, provider_ar, homepage,
       licence_url, licence_name_en, licence_name_ar
FROM sources
WHERE (%(code)s::text IS NULL OR code = %(code)s) AND (%(owners)s::text[] IS NULL OR owner = ANY (%(owners)s))
ORDER BY code

-- described_things --
SELECT thing_id, source_id, code, device, kind, name_en, name_ar, longitude, latitude
FROM things WHERE source_id = ANY (%(sources)s::int4[]) ORDER BY code

-- described_datastreams --
SELECT thing_id, observed_property_code AS observed_property, sensors.code AS sensor, unit, result_type,
       conflict_policy, interval_seconds, quality_tests
FROM datastreams LEFT JOIN sensors USING (sensor_id)
JOIN things USING (thing_id)
WHERE things.source_id = ANY (%(sources)s::int4[])
ORDER BY thing_id, observed_property_code, sensors.code NULLS FIRST
