-- page --
-- The newest values of datastreams that pass the filters that were given, and the version of the registry; an instant that no
-- answer can say, of an older hub, becomes the first or last that it can. (With a condition for every filter that might be
-- given, the plan of all would be a plan for none.)
SELECT newest.datastream_id,
       least(greatest(newest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z'), CASE WHEN newest.quality < 9 THEN newest.result END, newest.result_text, newest.longitude, newest.latitude,
       newest.quality, (SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes)
FROM latest AS newest
{registry}
WHERE newest.datastream_id <> ALL (ARRAY(SELECT datastream_id FROM hidden_datastreams)) AND {filters}
ORDER BY newest.datastream_id
LIMIT %(rows)s

-- registry --
-- What filters name besides the datastream.
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
-- + hub_api.serving/filters.sql:spot

-- descriptions --
-- What the registry says of some datastreams, and by which datastream a thing without a place of its own is seen.
SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar,
       datastream.observed_property_code, sensor.code, datastream.unit, datastream.result_type,
       source.kind = 'simulated', source.review = 'accepted', source.code, thing.place_code,
       thing.longitude, thing.latitude, datastream.interval_seconds,
       CASE WHEN thing.longitude IS NULL OR thing.latitude IS NULL THEN track.datastream_id END
FROM datastreams AS datastream
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN sensors AS sensor USING (sensor_id)
LEFT JOIN datastreams AS track ON track.thing_id = thing.thing_id AND track.observed_property_code = 'location'
WHERE datastream.datastream_id = ANY(%(datastreams)s::int4[])
ORDER BY datastream.datastream_id

-- seen --
-- Where moving things were seen last, by the datastreams of their positions.
SELECT datastream_id, longitude, latitude FROM latest WHERE datastream_id = ANY(%(datastreams)s::int4[])

-- by_after --
-- Those after a datastream.
newest.datastream_id > %(after)s::bigint

-- by_observed_property --
-- Some observed properties.
datastream.observed_property_code = ANY(%(observed_property)s)

-- by_place --
-- Things of some places.
thing.place_code = ANY(%(place)s)

-- by_thing --
-- Some things.
thing.code = ANY(%(thing)s)

-- by_source --
-- Some sources.
source.code = ANY(%(source)s)

-- by_datastream --
-- Some datastreams.
newest.datastream_id = ANY(%(datastream)s::int4[])

-- by_found --
-- What has the words that were asked for.
newest.datastream_id = ANY(%(found)s::int4[])

-- by_area --
-- What stands, or was seen last, in a box or a circle.
{in_area}

-- fitting --
-- The newest observation with one of some qualities, of datastreams whose newest has another: among their newest rows, and not long before.
SELECT wanted.datastream_id, least(greatest(fitting.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z'),
       fitting.result, fitting.result_text, fitting.longitude, fitting.latitude, fitting.quality
FROM unnest(%(datastreams)s::int4[], %(earliest)s::timestamptz[]) AS wanted (datastream_id, earliest)
CROSS JOIN LATERAL ({recent}) AS fitting

-- recent_measurement --
-- Of measured numbers.
SELECT phenomenon_time, CASE WHEN quality < 9 THEN result END AS result, NULL::text AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude, quality
FROM (
    SELECT phenomenon_time, result, quality FROM observations
    WHERE datastream_id = wanted.datastream_id AND phenomenon_time >= wanted.earliest
    ORDER BY phenomenon_time DESC LIMIT %(look_back)s
) AS recent
WHERE quality = ANY(%(qualities)s::int2[])
ORDER BY phenomenon_time DESC LIMIT 1

-- recent_category --
-- Of categories.
SELECT phenomenon_time, NULL::float8 AS result, result AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude, quality
FROM (
    SELECT phenomenon_time, result, quality FROM observations_category
    WHERE datastream_id = wanted.datastream_id AND phenomenon_time >= wanted.earliest
    ORDER BY phenomenon_time DESC LIMIT %(look_back)s
) AS recent
WHERE quality = ANY(%(qualities)s::int2[])
ORDER BY phenomenon_time DESC LIMIT 1

-- recent_position --
-- Of positions.
SELECT phenomenon_time, NULL::float8 AS result, NULL::text AS result_text, longitude, latitude, quality
FROM (
    SELECT phenomenon_time, longitude, latitude, quality FROM observations_position
    WHERE datastream_id = wanted.datastream_id AND phenomenon_time >= wanted.earliest
    ORDER BY phenomenon_time DESC LIMIT %(look_back)s
) AS recent
WHERE quality = ANY(%(qualities)s::int2[])
ORDER BY phenomenon_time DESC LIMIT 1
