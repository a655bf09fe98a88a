-- list_all --
-- The vocabulary with the number of datastreams that observe each.
SELECT property.code, property.name_en, property.name_ar, property.sector, property.unit,
       property.lower_bound, property.upper_bound, count(datastream.datastream_id)
FROM observed_properties AS property
LEFT JOIN datastreams AS datastream ON datastream.observed_property_code = property.code
WHERE %(sector)s::text IS NULL OR property.sector = %(sector)s
GROUP BY property.code
ORDER BY property.code

-- list_sectors --
-- The sectors of the vocabulary; an operator may have added some.
SELECT code FROM sectors ORDER BY code

-- vocabulary --
-- Every observed property with all that is said of it.
SELECT code, name_en, name_ar, sector, unit, lower_bound, upper_bound, lowest_possible, highest_possible,
       is_circular, is_forecast, is_amount, result_type, aliases, definition, quality_tests
FROM observed_properties ORDER BY code

-- sectors --
SELECT code, name_en, name_ar FROM sectors ORDER BY code
