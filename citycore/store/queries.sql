-- store_shipped_sector --
-- Insert or refresh a sector that ships; an operator's words stay.
INSERT INTO sectors (code, name_en, name_ar) VALUES (%(code)s, %(name_en)s, %(name_ar)s)
ON CONFLICT (code) DO UPDATE SET name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar
WHERE NOT sectors.is_edited

-- store_shipped_property --
-- Insert or refresh an observed property that ships; what an operator has changed or added stays.
INSERT INTO observed_properties
    (code, name_en, name_ar, sector, unit, lower_bound, upper_bound, lowest_possible, highest_possible, is_circular,
     is_forecast, is_amount, result_type, aliases, definition, quality_tests)
VALUES (%(code)s, %(name_en)s, %(name_ar)s, %(sector)s, %(unit)s, %(lower_bound)s, %(upper_bound)s,
        %(lowest_possible)s, %(highest_possible)s, %(is_circular)s, %(is_forecast)s, %(is_amount)s, %(result_type)s,
        %(aliases)s, %(definition)s, %(quality_tests)s)
ON CONFLICT (code) DO UPDATE SET
    name_en = EXCLUDED.name_en, name_ar = EXCLUDED.name_ar, sector = EXCLUDED.sector,
    unit = EXCLUDED.unit, lower_bound = EXCLUDED.lower_bound, upper_bound = EXCLUDED.upper_bound,
    lowest_possible = EXCLUDED.lowest_possible, highest_possible = EXCLUDED.highest_possible,
    is_circular = EXCLUDED.is_circular, is_forecast = EXCLUDED.is_forecast, is_amount = EXCLUDED.is_amount,
    result_type = EXCLUDED.result_type, aliases = EXCLUDED.aliases, definition = EXCLUDED.definition,
    quality_tests = EXCLUDED.quality_tests
WHERE NOT observed_properties.is_edited

-- observed_properties --
-- The vocabulary of this hub: what ships, and what its operator added or changed.
SELECT code, name_en, name_ar, sector, unit, lower_bound, upper_bound, lowest_possible, highest_possible, is_circular,
       is_forecast, is_amount, result_type, aliases, definition, quality_tests
FROM observed_properties

-- reading_of_source --
-- How the messages of a source are read, and whose it is.
SELECT decoder, topic_filters, mapping, codec, owner FROM sources WHERE code = %(code)s

-- remove_other_places --
-- Remove all places but these; things lose theirs until they are assigned again.
DELETE FROM places WHERE code <> ALL(%(codes)s)

-- store_place --
-- Insert or refresh one place; its zone stays where none is given.
INSERT INTO places (code, kind, parent_code, name_en, name_ar, geometry, provenance, zone)
VALUES (%(code)s, %(kind)s, %(parent_code)s, %(name_en)s, %(name_ar)s, %(geometry)s, %(provenance)s, %(zone)s)
ON CONFLICT (code) DO UPDATE SET
    kind = EXCLUDED.kind, parent_code = EXCLUDED.parent_code, name_en = EXCLUDED.name_en,
    name_ar = EXCLUDED.name_ar, geometry = EXCLUDED.geometry, provenance = EXCLUDED.provenance,
    zone = coalesce(EXCLUDED.zone, places.zone)

-- outlines_of_smallest_places --
-- Outlines of the places that no other place lies within: what a thing is assigned to.
SELECT code, geometry
FROM places AS place
WHERE NOT EXISTS (SELECT FROM places AS part WHERE part.parent_code = place.code)

-- located_things --
-- Every thing that stands somewhere.
SELECT thing_id, longitude, latitude FROM things WHERE longitude IS NOT NULL

-- assign_place --
-- Say in which place a thing stands.
UPDATE things SET place_code = %(place_code)s WHERE thing_id = %(thing_id)s

-- registered_things --
-- Those of these things that the source has.
SELECT thing.code FROM things AS thing JOIN sources AS source USING (source_id)
WHERE source.code = %(source)s AND thing.code = ANY(%(codes)s)
