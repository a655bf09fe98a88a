-- page --
-- The newest observation of every datastream, after a datastream. A moving thing is where it was seen last.
SELECT newest.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, datastream.unit, datastream.result_type,
       newest.phenomenon_time, newest.result, newest.result_text, newest.longitude, newest.latitude,
       newest.quality, source.kind = 'simulated', source.code, thing.place_code,
       spot.longitude, spot.latitude, datastream.interval_seconds
FROM latest AS newest
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN datastreams AS track
    ON track.thing_id = thing.thing_id AND track.observed_property_code = 'location'
LEFT JOIN latest AS seen ON seen.datastream_id = track.datastream_id
CROSS JOIN LATERAL (
    SELECT coalesce(thing.longitude, seen.longitude) AS longitude,
           coalesce(thing.latitude, seen.latitude) AS latitude
) AS spot
WHERE (%(after)s::bigint IS NULL OR newest.datastream_id > %(after)s::bigint)
  AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(west)s::float8 IS NULL
       OR (spot.longitude BETWEEN %(west)s AND %(east)s AND spot.latitude BETWEEN %(south)s AND %(north)s))
ORDER BY newest.datastream_id
LIMIT %(rows)s
