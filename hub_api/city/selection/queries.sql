-- select --
-- Datastreams with what their values need to be understood: as /v1/datastreams describes them, where
-- their thing stands, and their licence. A moving thing is in a box when it was seen last in it.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, datastream.unit, datastream.result_type,
       datastream.interval_seconds, source.code, source.kind = 'simulated', thing.place_code,
       EXISTS (SELECT FROM forecasts WHERE forecasts.datastream_id = datastream.datastream_id),
       thing.longitude, thing.latitude, source.licence,
       source.licence_url, source.licence_name_en, source.licence_name_ar, source.attribution,
       coalesce(standing.zone, source.zone, city_zone()), coalesce(source.zone, city_zone())
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN places AS standing ON standing.code = thing.place_code
LEFT JOIN datastreams AS track
    ON track.thing_id = thing.thing_id AND track.observed_property_code = 'location'
LEFT JOIN latest AS seen ON seen.datastream_id = track.datastream_id
CROSS JOIN LATERAL (
    SELECT coalesce(thing.longitude, seen.longitude) AS longitude,
           coalesce(thing.latitude, seen.latitude) AS latitude
) AS spot
WHERE (%(datastream)s::integer IS NULL OR datastream.datastream_id = %(datastream)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(west)s::float8 IS NULL
       OR (spot.longitude BETWEEN %(west)s AND %(east)s AND spot.latitude BETWEEN %(south)s AND %(north)s))
ORDER BY datastream.datastream_id
LIMIT %(rows)s
