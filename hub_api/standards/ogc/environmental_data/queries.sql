-- stations --
-- Datastreams of things that stand still, with what their values need to be understood and when they were observed last.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar, thing.longitude, thing.latitude,
       datastream.observed_property_code, datastream.unit, datastream.result_type, datastream.interval_seconds, source.code,
       source.kind = 'simulated', coalesce(standing.zone, source.zone, city_zone()), coalesce(source.zone, city_zone()),
       property.name_en, property.name_ar,
       least(greatest(newest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z')
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
LEFT JOIN places AS standing ON standing.code = thing.place_code
LEFT JOIN latest AS newest USING (datastream_id)
WHERE thing.longitude IS NOT NULL AND datastream.result_type <> 'position'
ORDER BY thing.code, datastream.datastream_id
LIMIT %(rows)s

-- parameters --
-- Observed properties that things standing still observe.
SELECT observed.code, observed.name_en, observed.name_ar, observed.unit, observed.result_type, observed.definition
FROM observed_properties AS observed
WHERE EXISTS (
    SELECT FROM datastreams JOIN things USING (thing_id)
    WHERE datastreams.observed_property_code = observed.code AND datastreams.result_type <> 'position'
      AND things.longitude IS NOT NULL)
ORDER BY observed.code
