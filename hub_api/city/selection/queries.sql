-- select --
-- Datastreams with what their values need to be understood: as /v1/datastreams describes them, where
-- their thing stands, and their licence. A moving thing is in a box when it was seen last in it.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, sensor.code, datastream.unit, datastream.result_type,
       datastream.interval_seconds, source.code, source.kind = 'simulated', source.review = 'accepted', thing.place_code,
       EXISTS (SELECT FROM forecasts WHERE forecasts.datastream_id = datastream.datastream_id),
       thing.longitude, thing.latitude, source.licence,
       source.licence_url, source.licence_name_en, source.licence_name_ar, source.attribution,
       coalesce(standing.zone, source.zone, city_zone()), coalesce(source.zone, city_zone()),
       property.name_en, property.name_ar
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN sensors AS sensor USING (sensor_id)
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
LEFT JOIN places AS standing ON standing.code = thing.place_code
-- + hub_api.serving/filters.sql:spot
WHERE (%(datastream)s::int4[] IS NULL OR datastream.datastream_id = ANY(%(datastream)s))
  AND (%(thing)s::text[] IS NULL OR thing.code = ANY(%(thing)s))
  AND (%(observed_property)s::text[] IS NULL OR datastream.observed_property_code = ANY(%(observed_property)s))
  AND (%(place)s::text[] IS NULL OR thing.place_code = ANY(%(place)s))
  AND (%(source)s::text[] IS NULL OR source.code = ANY(%(source)s))
  AND (%(found)s::int4[] IS NULL OR datastream.datastream_id = ANY(%(found)s))
  AND {in_area}
ORDER BY datastream.datastream_id
LIMIT %(rows)s
