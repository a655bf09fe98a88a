-- things --
-- What people may call a thing by: its code, kind and names, and those of where it stands.
SELECT thing.thing_id, concat_ws(' ', thing.code, thing.kind, thing.name_en, thing.name_ar, place.code, place.name_en, place.name_ar)
FROM things AS thing
LEFT JOIN places AS place ON place.code = thing.place_code

-- observed_properties --
-- What people may call an observed property by.
SELECT code, concat_ws(' ', code, name_en, name_ar, array_to_string(aliases, ' ')) FROM observed_properties

-- datastreams --
-- What each thing observes.
SELECT datastream_id, thing_id, observed_property_code FROM datastreams
