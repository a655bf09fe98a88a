-- kinds --
-- Which kinds of things there are, and what the things of each observe.
SELECT thing.kind, array_agg(DISTINCT datastream.observed_property_code) FILTER (WHERE datastream.observed_property_code IS NOT NULL)
FROM things AS thing
LEFT JOIN datastreams AS datastream USING (thing_id)
GROUP BY thing.kind
ORDER BY thing.kind

-- typed_things --
FROM unnest(%(kinds)s::text[], %(types)s::text[]) AS typed (kind, type)
JOIN things AS thing USING (kind)
JOIN sources AS source USING (source_id)
LEFT JOIN LATERAL (
    SELECT latest.longitude, latest.latitude, latest.phenomenon_time
    FROM datastreams AS track
    JOIN latest USING (datastream_id)
    WHERE track.thing_id = thing.thing_id AND track.observed_property_code = 'location' AND track.result_type = 'position'
    ORDER BY latest.phenomenon_time DESC LIMIT 1
) AS seen ON true
CROSS JOIN LATERAL (
    SELECT coalesce(seen.longitude, thing.longitude) AS longitude, coalesce(seen.latitude, thing.latitude) AS latitude
) AS spot

-- entities --
-- A page of things with their entity types.
SELECT thing.thing_id, thing.code, typed.type, thing.kind, thing.name_en, thing.name_ar, source.code, source.kind = 'simulated',
       thing.place_code, spot.longitude, spot.latitude, seen.phenomenon_time, thing.created_at
-- + typed_things
WHERE {conditions}
ORDER BY thing.code
LIMIT %(rows)s OFFSET %(offset)s

-- count --
SELECT count(*)
-- + typed_things
WHERE {conditions}

-- series --
-- The datastreams of things, each with its newest observation if it has one.
SELECT datastream.thing_id, datastream.datastream_id, datastream.observed_property_code, datastream.unit, datastream.result_type,
       sensor.code, datastream.created_at, newest.phenomenon_time, newest.quality, CASE WHEN newest.quality < 9 THEN newest.result END, newest.result_text
FROM datastreams AS datastream
LEFT JOIN sensors AS sensor USING (sensor_id)
LEFT JOIN latest AS newest USING (datastream_id)
WHERE datastream.thing_id = ANY (%(things)s)
ORDER BY datastream.thing_id, datastream.observed_property_code, datastream.datastream_id

-- by_ids --
'urn:ngsi-ld:' || typed.type || ':' || thing.code = ANY (%(ids)s)

-- by_codes --
thing.code = ANY (%(codes)s)

-- by_id_pattern --
'urn:ngsi-ld:' || typed.type || ':' || thing.code LIKE %(id_pattern)s

-- by_attributes --
-- Things that have a value of any of these observed properties.
EXISTS (SELECT FROM datastreams AS own JOIN latest USING (datastream_id)
        WHERE own.thing_id = thing.thing_id AND own.observed_property_code = ANY (%(attributes)s))

-- in_span --
-- The same in a temporal answer, where what counts is that it is observed at all.
EXISTS (SELECT FROM datastreams AS own WHERE own.thing_id = thing.thing_id AND own.observed_property_code = ANY (%(attributes)s))

-- observed --
EXISTS (SELECT FROM datastreams AS own JOIN latest AS value USING (datastream_id)
        WHERE own.thing_id = thing.thing_id AND own.observed_property_code = {name} AND {comparison})

-- observed_in_span --
-- The same of the values within a span of time (5.7.4.4).
EXISTS (SELECT FROM datastreams AS own
        CROSS JOIN LATERAL (
            SELECT phenomenon_time, quality, CASE WHEN quality < 9 THEN result END AS result, NULL::text AS result_text FROM observations AS number
            WHERE number.datastream_id = own.datastream_id AND own.result_type = 'measurement'
              AND phenomenon_time >= %(span_start)s::timestamptz AND phenomenon_time < %(span_end)s::timestamptz
            UNION ALL
            SELECT phenomenon_time, quality, NULL, result FROM observations_category AS text
            WHERE text.datastream_id = own.datastream_id AND own.result_type = 'category'
              AND phenomenon_time >= %(span_start)s::timestamptz AND phenomenon_time < %(span_end)s::timestamptz
        ) AS value
        WHERE own.thing_id = thing.thing_id AND own.observed_property_code = {name} AND {comparison})

-- let_go --
SELECT EXISTS (SELECT FROM archive_parts WHERE let_go_at IS NOT NULL AND ends_at > %(start)s::timestamptz AND starts_at < %(end)s::timestamptz)

-- near_box --
-- What a circle cannot reach needs no distance.
spot.latitude BETWEEN %(latitude)s - %(metres_max)s::float8 / 111000 AND %(latitude)s + %(metres_max)s::float8 / 111000

-- near_max --
{distance} <= %(metres_max)s::float8

-- near_min --
{distance} >= %(metres_min)s::float8

-- distance --
-- Metres along the sphere.
2 * 6371008.8 * asin(least(1, sqrt(
    sin(radians(spot.latitude - %(latitude)s::float8) / 2) ^ 2
    + cos(radians(%(latitude)s::float8)) * cos(radians(spot.latitude)) * sin(radians(spot.longitude - %(longitude)s::float8) / 2) ^ 2)))

-- measured --
-- Observations of datastreams within a span, from its beginning: at most so many of each, without what is no value.
SELECT asked.datastream_id, found.phenomenon_time, found.quality, found.result, NULL::text, NULL::float8, NULL::float8
FROM unnest(%(measurements)s::integer[]) AS asked (datastream_id)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, quality, result FROM observations AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
      AND own.quality < 9 AND own.result NOT IN ('NaN', 'Infinity', '-Infinity')
    ORDER BY phenomenon_time {order} LIMIT %(rows)s
) AS found
UNION ALL
SELECT asked.datastream_id, found.phenomenon_time, found.quality, NULL, found.result, NULL, NULL
FROM unnest(%(categories)s::integer[]) AS asked (datastream_id)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, quality, result FROM observations_category AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
    ORDER BY phenomenon_time {order} LIMIT %(rows)s
) AS found
UNION ALL
SELECT asked.datastream_id, found.phenomenon_time, found.quality, NULL, NULL, found.longitude, found.latitude
FROM unnest(%(positions)s::integer[]) AS asked (datastream_id)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, quality, longitude, latitude FROM observations_position AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
    ORDER BY phenomenon_time {order} LIMIT %(rows)s
) AS found

-- circular --
SELECT code FROM observed_properties WHERE is_circular AND code = ANY (%(codes)s::text[])

-- first --
-- When the first of these datastreams began, by what the store has and by its roll-ups, which stay.
SELECT min(least(stored.moment, texts.moment, counted.moment))
FROM unnest(%(datastreams)s::integer[]) AS asked (datastream_id)
LEFT JOIN LATERAL (
    SELECT phenomenon_time AS moment FROM observations AS own WHERE own.datastream_id = asked.datastream_id ORDER BY phenomenon_time LIMIT 1
) AS stored ON true
LEFT JOIN LATERAL (
    SELECT phenomenon_time AS moment FROM observations_category AS own WHERE own.datastream_id = asked.datastream_id ORDER BY phenomenon_time LIMIT 1
) AS texts ON true
LEFT JOIN LATERAL (
    SELECT bucket_start AS moment FROM observations_hourly AS own WHERE own.datastream_id = asked.datastream_id ORDER BY bucket_start LIMIT 1
) AS counted ON true

-- aggregated --
-- Of the values of datastreams that count, by period: how many, their sum, the sum of their squares, that of their squared distances
-- from the average, least, most, how many differ, and of directions the average vector; texts have their least and most behind.
SELECT asked.datastream_id, width_bucket(found.phenomenon_time, %(starts)s::timestamptz[]), count(*), sum(found.result),
       sum(found.result * found.result), coalesce(var_samp(found.result), 0) * (count(*) - 1), min(found.result), max(found.result),
       count(DISTINCT found.result), avg(CASE WHEN asked.is_circular THEN sind(found.result) END),
       avg(CASE WHEN asked.is_circular THEN cosd(found.result) END), NULL::text, NULL::text
FROM unnest(%(measurements)s::integer[], %(circular)s::boolean[]) AS asked (datastream_id, is_circular)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observations AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
      AND own.quality < %(bad)s AND own.result BETWEEN -%(number_max)s::float8 AND %(number_max)s::float8
    LIMIT %(rows)s
) AS found
GROUP BY 1, 2
UNION ALL
SELECT asked.datastream_id, width_bucket(found.phenomenon_time, %(starts)s::timestamptz[]), count(*), NULL, NULL, NULL, NULL, NULL,
       count(DISTINCT found.result), NULL, NULL, min(found.result COLLATE "C"), max(found.result COLLATE "C")
FROM unnest(%(categories)s::integer[]) AS asked (datastream_id)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM observations_category AS own
    WHERE own.datastream_id = asked.datastream_id AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
      AND own.quality < %(bad)s AND own.result IS NOT NULL
    LIMIT %(rows)s
) AS found
GROUP BY 1, 2

-- rolled_up --
-- The same of numbers, from buckets.
SELECT summed.datastream_id, summed.period, summed.count, summed.total, summed.squares, summed.squares - summed.total ^ 2 / summed.count,
       summed.minimum, summed.maximum, NULL, NULL, NULL, NULL, NULL
FROM (
    SELECT bucket.datastream_id, width_bucket(bucket.bucket_start, %(starts)s::timestamptz[]) AS period, sum(counted.count)::bigint AS count,
           sum(counted.count * bucket.mean) AS total,
           sum(coalesce(bucket.standard_deviation, 0) ^ 2 * (counted.count - 1) + counted.count * bucket.mean ^ 2) AS squares,
           min(bucket.minimum) AS minimum, max(bucket.maximum) AS maximum
    FROM {table} AS bucket
    CROSS JOIN LATERAL (SELECT good_count + not_evaluated_count + suspect_count AS count) AS counted
    WHERE bucket.datastream_id = ANY (%(datastreams)s::integer[]) AND bucket.bucket_start >= %(start)s::timestamptz
      AND bucket.bucket_start < %(end)s::timestamptz AND bucket.mean BETWEEN -%(number_max)s::float8 AND %(number_max)s::float8
    GROUP BY 1, 2
) AS summed
WHERE summed.count > 0
