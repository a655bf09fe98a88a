-- page --
-- Things with their datastreams, after a code. A moving thing is where it was seen last.
SELECT thing.code, thing.kind, thing.name_en, thing.name_ar, source.code, source.kind = 'simulated', source.review = 'accepted',
       spot.longitude, spot.latitude, thing.place_code,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'datastream', datastream_id, 'observed_property', observed_property_code,
                      'sensor', sensors.code, 'unit', unit, 'result_type', result_type) ORDER BY datastream_id)
           FROM datastreams LEFT JOIN sensors USING (sensor_id) WHERE datastreams.thing_id = thing.thing_id
       ), '[]')
FROM things AS thing
JOIN sources AS source USING (source_id)
-- + hub_api.serving/filters.sql:spot
WHERE (%(after)s::text IS NULL OR thing.code > %(after)s)
  AND (%(thing)s::text[] IS NULL OR thing.code = ANY(%(thing)s))
  AND (%(source)s::text[] IS NULL OR source.code = ANY(%(source)s))
  AND (%(kind)s::text[] IS NULL OR thing.kind = ANY(%(kind)s))
  AND (%(place)s::text[] IS NULL OR thing.place_code = ANY(%(place)s))
  AND (%(observed_property)s::text[] IS NULL OR EXISTS (
        SELECT FROM datastreams
        WHERE datastreams.thing_id = thing.thing_id
          AND observed_property_code = ANY(%(observed_property)s)))
  AND (%(found)s::int4[] IS NULL OR thing.thing_id = ANY(%(found)s))
  AND {in_area}
ORDER BY thing.code
LIMIT %(rows)s
