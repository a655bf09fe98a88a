-- plan_for_growing --
-- A plan that is made while a table is small stays for the whole transaction, in which the table grows: reading all of it for
-- each row would become slow with the square of the rows. Indexes are right from the first row to the last.
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true)

-- count_anew --
-- Makes the planner's statistics of the tables that grow with an import; revision b027 gives the right to just these.
ANALYZE sources, things, thing_locations, locations, location_links, historical_locations, historical_location_links,
        datastreams, datastream_intervals

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

-- put_place --
-- No row for a new place without an outline.
INSERT INTO places (code, kind, parent_code, name_en, name_ar, zone, geometry, provenance)
SELECT %(code)s, %(kind)s, %(parent_code)s, %(name_en)s, %(name_ar)s, %(zone)s,
       coalesce(%(geometry)s::jsonb, known.geometry), coalesce(%(provenance)s, known.provenance, '')
FROM (SELECT) AS always LEFT JOIN places AS known ON known.code = %(code)s
WHERE coalesce(%(geometry)s::jsonb, known.geometry) IS NOT NULL
ON CONFLICT (code) DO UPDATE SET
    kind = EXCLUDED.kind, parent_code = EXCLUDED.parent_code, name_en = EXCLUDED.name_en,
    name_ar = EXCLUDED.name_ar, zone = EXCLUDED.zone, geometry = EXCLUDED.geometry,
    provenance = EXCLUDED.provenance
RETURNING xmax = 0

-- all_places --
SELECT code, kind, parent_code, name_en, name_ar, zone, geometry, provenance FROM places ORDER BY code

-- place_codes --
SELECT code FROM places

-- put_sensor --
INSERT INTO sensors (code, name_en, name_ar, manufacturer, model, datasheet_url)
VALUES (%(code)s, %(name_en)s, %(name_ar)s, %(manufacturer)s, %(model)s, %(datasheet_url)s)
ON CONFLICT (code) DO UPDATE SET
    name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, manufacturer = EXCLUDED.manufacturer,
    model = EXCLUDED.model, datasheet_url = EXCLUDED.datasheet_url
RETURNING xmax = 0

-- owner_of --
-- Whose a source is; locked until the transaction ends.
SELECT owner, topic_filters FROM sources WHERE code = %(code)s FOR UPDATE

-- put_source --
INSERT INTO sources
    (code, kind, name_en, name_ar, decoder, topic_filters, mapping, codec, owner, time_policy, zone,
     retained_policy, licence, attribution, description_en, description_ar, provider_en, provider_ar, homepage,
     licence_url, licence_name_en, licence_name_ar, review)
VALUES (%(code)s, %(kind)s, %(name_en)s, %(name_ar)s, %(decoder)s, %(topic_filters)s, %(mapping)s, %(codec)s,
        %(owner)s, %(time_policy)s, %(zone)s, %(retained_policy)s, %(licence)s, %(attribution)s,
        %(description_en)s, %(description_ar)s, %(provider_en)s, %(provider_ar)s, %(homepage)s,
        %(licence_url)s, %(licence_name_en)s, %(licence_name_ar)s, %(review)s)
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

-- put_things --
-- Things by the arrays of their columns, each once. No row for one that belongs to another source.
INSERT INTO things (code, source_id, device, kind, name_en, name_ar, longitude, latitude, place_code)
SELECT code, source_id, device, kind, name_en, name_ar, longitude, latitude, place_code
FROM unnest(%(code)s::text[], %(source_id)s::int4[], %(device)s::text[], %(kind)s::text[], %(name_en)s::text[],
            %(name_ar)s::text[], %(longitude)s::float8[], %(latitude)s::float8[], %(place_code)s::text[]) WITH ORDINALITY
     AS new (code, source_id, device, kind, name_en, name_ar, longitude, latitude, place_code, number)
ORDER BY number
ON CONFLICT (code) DO UPDATE SET
    device = EXCLUDED.device, kind = EXCLUDED.kind, name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar,
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, place_code = EXCLUDED.place_code
WHERE things.source_id = EXCLUDED.source_id
RETURNING thing_id, code, xmax = 0

-- note_locations --
-- Where things stand from then on, unless they stood there already; each thing once.
INSERT INTO thing_locations (thing_id, since, longitude, latitude, place_code)
SELECT new.thing_id, new.since, new.longitude, new.latitude, new.place_code
FROM unnest(%(thing_id)s::int4[], %(since)s::timestamptz[], %(longitude)s::float8[], %(latitude)s::float8[],
            %(place_code)s::text[]) AS new (thing_id, since, longitude, latitude, place_code)
WHERE NOT EXISTS (
    SELECT FROM (
        SELECT known.longitude, known.latitude FROM thing_locations AS known
        WHERE known.thing_id = new.thing_id AND known.since <= new.since ORDER BY known.since DESC LIMIT 1
    ) AS before
    WHERE before.longitude = new.longitude AND before.latitude = new.latitude
)
ON CONFLICT (thing_id, since) DO UPDATE SET
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, place_code = EXCLUDED.place_code

-- put_datastreams --
-- Datastreams by the arrays of their columns, each once. No row for one whose unit or type would change.
INSERT INTO datastreams (thing_id, observed_property_code, sensor_id, unit, result_type, conflict_policy,
                         interval_seconds, quality_tests)
SELECT new.thing_id, new.observed_property, sensors.sensor_id, new.unit, new.result_type, new.conflict_policy,
       new.interval_seconds, new.quality_tests
FROM unnest(%(thing_id)s::int4[], %(observed_property)s::text[], %(sensor)s::text[], %(unit)s::text[], %(result_type)s::text[],
            %(conflict_policy)s::text[], %(interval_seconds)s::int4[], %(quality_tests)s::jsonb[]) WITH ORDINALITY
     AS new (thing_id, observed_property, sensor, unit, result_type, conflict_policy, interval_seconds, quality_tests, number)
LEFT JOIN sensors ON sensors.code = new.sensor
ORDER BY new.number
ON CONFLICT (thing_id, observed_property_code, sensor_id) DO UPDATE SET
    conflict_policy = EXCLUDED.conflict_policy, interval_seconds = EXCLUDED.interval_seconds,
    quality_tests = EXCLUDED.quality_tests
WHERE datastreams.unit = EXCLUDED.unit AND datastreams.result_type = EXCLUDED.result_type
RETURNING thing_id, observed_property_code, (SELECT code FROM sensors WHERE sensor_id = datastreams.sensor_id), xmax = 0

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

-- all_sectors --
SELECT code, name_en, name_ar FROM sectors ORDER BY code

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

-- listed_sources --
-- Sources after a code, with what they have: of these owners, or all.
SELECT sources.code, sources.name_en, sources.name_ar, sources.decoder, sources.owner,
       (SELECT count(*) FROM things WHERE things.source_id = sources.source_id),
       (SELECT max(latest.phenomenon_time)
        FROM things JOIN datastreams USING (thing_id) JOIN latest USING (datastream_id)
        WHERE things.source_id = sources.source_id)
FROM sources
WHERE (%(owners)s::text[] IS NULL OR owner = ANY (%(owners)s)) AND code > %(after)s
ORDER BY code
LIMIT %(rows)s

-- count_sources --
SELECT count(*) FROM sources WHERE owner = %(owner)s

-- is_taken --
SELECT EXISTS (SELECT FROM sources WHERE code = %(code)s)

-- credentials --
SELECT source_credential_id, username, source_credentials.created_at, revoked_at, told_at
FROM source_credentials JOIN sources USING (source_id)
WHERE sources.code = %(code)s
ORDER BY source_credential_id DESC
LIMIT %(rows)s

-- count_credentials --
SELECT count(*) FROM source_credentials JOIN sources USING (source_id)
WHERE sources.code = %(code)s AND revoked_at IS NULL

-- lock_source --
SELECT FROM sources WHERE code = %(code)s FOR UPDATE

-- add_credential --
INSERT INTO source_credentials (source_id, username, secret_digest, created_at)
SELECT source_id, %(username)s, %(digest)s, %(at)s FROM sources WHERE code = %(code)s

-- revoke_credential --
-- No row where there is none of this source that counts.
UPDATE source_credentials SET revoked_at = %(at)s
FROM sources
WHERE sources.source_id = source_credentials.source_id AND sources.code = %(code)s
  AND source_credential_id = %(credential_id)s AND revoked_at IS NULL
RETURNING username

-- newest_values --
-- What the things of a source said last, a row for each datastream, or one for a thing without any.
SELECT things.code, things.device, things.name_en, things.name_ar,
       observed_properties.name_en, observed_properties.name_ar, sensors.code, datastreams.unit,
       latest.phenomenon_time, latest.result, latest.result_text, latest.longitude, latest.latitude, latest.quality
FROM things
JOIN sources USING (source_id)
LEFT JOIN datastreams USING (thing_id)
LEFT JOIN observed_properties ON observed_properties.code = datastreams.observed_property_code
LEFT JOIN sensors USING (sensor_id)
LEFT JOIN latest USING (datastream_id)
WHERE sources.code = %(code)s
ORDER BY things.code, datastreams.observed_property_code, sensors.code NULLS FIRST
LIMIT %(rows)s

-- values_since --
-- How many values of a source are of an instant or later, counted up to a maximum.
WITH own AS (
    SELECT datastream_id FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)
    WHERE sources.code = %(code)s
)
SELECT count(*) FROM (
    SELECT FROM own
    CROSS JOIN LATERAL (
        SELECT 1 FROM observations AS known
        WHERE known.datastream_id = own.datastream_id AND known.phenomenon_time >= %(since)s
        UNION ALL
        SELECT 1 FROM observations_category AS known
        WHERE known.datastream_id = own.datastream_id AND known.phenomenon_time >= %(since)s
        UNION ALL
        SELECT 1 FROM observations_position AS known
        WHERE known.datastream_id = own.datastream_id AND known.phenomenon_time >= %(since)s
    ) AS arrived
    LIMIT %(maximum)s
) AS counted

-- letters_of_source --
-- What waits of a source, by what stands against it, the newest first.
SELECT reason, detail, count(*), max(last_received_at)
FROM dead_letters
WHERE status = 'open' AND (topic = %(namespace)s OR starts_with(topic, %(namespace)s || '/') OR topic ~ ANY (%(patterns)s::text[]))
GROUP BY reason, detail
ORDER BY max(last_received_at) DESC
LIMIT %(rows)s

-- newest_letters --
-- The newest letter of each topic of a source, of those that registering something may mend.
SELECT topic, payload, times
FROM (
    SELECT DISTINCT ON (topic) topic, payload, dead_letter_id, count(*) OVER (PARTITION BY topic) AS times
    FROM dead_letters
    WHERE status = 'open' AND reason = ANY (%(reasons)s::text[])
      AND (topic = %(namespace)s OR starts_with(topic, %(namespace)s || '/') OR topic ~ ANY (%(patterns)s::text[]))
    ORDER BY topic, dead_letter_id DESC
) AS newest
ORDER BY dead_letter_id DESC
LIMIT %(rows)s

-- waiting_letters --
SELECT dead_letter_id
FROM dead_letters
WHERE status = 'open' AND (topic = %(namespace)s OR starts_with(topic, %(namespace)s || '/') OR topic ~ ANY (%(patterns)s::text[]))
ORDER BY dead_letter_id
LIMIT %(rows)s

-- known_sensors --
SELECT code FROM sensors WHERE code = ANY (%(codes)s::text[])
