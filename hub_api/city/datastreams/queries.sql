-- page --
-- Datastreams after a number.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, sensor.code, datastream.unit, datastream.result_type,
       datastream.interval_seconds, source.code, source.kind = 'simulated', source.review = 'accepted', thing.place_code,
       EXISTS (SELECT FROM forecasts WHERE forecasts.datastream_id = datastream.datastream_id)
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN sensors AS sensor USING (sensor_id)
-- + hub_api.serving/filters.sql:spot
WHERE (%(after)s::bigint IS NULL OR datastream.datastream_id > %(after)s::bigint)
  AND (%(datastream)s::int4[] IS NULL OR datastream.datastream_id = ANY(%(datastream)s))
  AND (%(thing)s::text[] IS NULL OR thing.code = ANY(%(thing)s))
  AND (%(observed_property)s::text[] IS NULL OR datastream.observed_property_code = ANY(%(observed_property)s))
  AND (%(place)s::text[] IS NULL OR thing.place_code = ANY(%(place)s))
  AND (%(source)s::text[] IS NULL OR source.code = ANY(%(source)s))
  AND (%(found)s::int4[] IS NULL OR datastream.datastream_id = ANY(%(found)s))
  AND {in_area}
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
