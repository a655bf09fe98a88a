-- page --
-- Datastreams after a number.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, datastream.unit, datastream.result_type,
       datastream.interval_seconds, source.code, source.kind = 'simulated', thing.place_code,
       EXISTS (SELECT FROM forecasts WHERE forecasts.datastream_id = datastream.datastream_id)
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE (%(after)s::bigint IS NULL OR datastream.datastream_id > %(after)s::bigint)
  AND (%(datastream)s::integer IS NULL OR datastream.datastream_id = %(datastream)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
ORDER BY datastream.datastream_id
LIMIT %(rows)s

-- newest_of --
-- When a datastream was observed last.
SELECT phenomenon_time FROM latest WHERE datastream_id = %(datastream)s

-- properties_of_thing --
-- What a thing observes.
SELECT observed_property_code
FROM datastreams
JOIN things USING (thing_id)
WHERE things.code = %(thing)s
ORDER BY observed_property_code
