-- lock --
-- How a source stands, held until the transaction ends.
SELECT source_id, review, owner, name_en, name_ar FROM sources WHERE code = %(code)s FOR UPDATE

-- change --
UPDATE sources SET review = %(review)s WHERE source_id = %(source_id)s

-- note --
INSERT INTO source_reviews (source_id, review, reason, decided_by, decided_at)
VALUES (%(source_id)s, %(review)s, %(reason)s, %(by_whom)s, %(at)s)

-- of_source --
-- What was decided of a source, the newest first.
SELECT source_reviews.review, reason, decided_by, decided_at
FROM source_reviews JOIN sources USING (source_id)
WHERE sources.code = %(code)s ORDER BY source_review_id DESC LIMIT %(rows)s

-- review_of --
SELECT review FROM sources WHERE code = %(code)s

-- excess_of --
-- What a source sent beyond what one may that is not accepted.
SELECT messages, newest_at FROM source_excesses JOIN sources USING (source_id) WHERE code = %(code)s

-- listed --
-- Sources that somebody but the operator has made, those that wait first, the oldest before others.
SELECT code, name_en, name_ar, owner, review, created_at,
       (SELECT count(*) FROM things WHERE things.source_id = sources.source_id) AS things,
       excess.messages AS excess_messages, excess.newest_at AS excess_newest_at
FROM sources LEFT JOIN source_excesses AS excess USING (source_id)
WHERE owner IS NOT NULL AND (%(code)s::text IS NULL OR code = %(code)s)
ORDER BY review <> 'waiting', created_at, code
LIMIT %(rows)s

-- evidence --
-- Of each datastream of a source what speaks for and against it over the days since an instant: values and how many of them are flagged,
-- gaps, the mean of its hours, and beside it the median of the same hours of what is counted and stands in the same place.
SELECT things.code AS thing, things.name_en AS thing_en, things.name_ar AS thing_ar, things.place_code AS place,
       property.name_en AS property_en, property.name_ar AS property_ar, datastreams.unit,
       latest.phenomenon_time AS newest_at, latest.result AS newest,
       hours.first_at, coalesce(hours.observations, 0)::bigint AS observations, coalesce(hours.flagged, 0)::bigint AS flagged,
       hours.mean, (SELECT count(*) FROM gaps WHERE gaps.datastream_id = datastreams.datastream_id AND began_at >= %(since)s) AS gaps,
       beside.neighbours, beside.median
FROM sources
JOIN things USING (source_id)
JOIN datastreams USING (thing_id)
JOIN observed_properties AS property ON property.code = datastreams.observed_property_code
LEFT JOIN latest USING (datastream_id)
LEFT JOIN LATERAL (
    SELECT min(bucket_start) AS first_at, sum(observation_count) AS observations, sum(suspect_count + bad_count) AS flagged, avg(mean) AS mean
    FROM observations_hourly AS bucket
    WHERE bucket.datastream_id = datastreams.datastream_id AND bucket.bucket_start >= %(since)s
) AS hours ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS neighbours, percentile_cont(0.5) WITHIN GROUP (ORDER BY near.mean) AS median
    FROM datastreams AS other
    JOIN things AS its USING (thing_id)
    CROSS JOIN LATERAL (
        SELECT avg(mean) AS mean FROM observations_hourly AS bucket
        WHERE bucket.datastream_id = other.datastream_id AND bucket.bucket_start >= greatest(%(since)s::timestamptz, hours.first_at)
    ) AS near
    WHERE other.is_counted AND other.observed_property_code = datastreams.observed_property_code AND other.unit = datastreams.unit
      AND its.place_code = things.place_code AND other.datastream_id <> datastreams.datastream_id AND near.mean IS NOT NULL
) AS beside ON true
WHERE sources.code = %(code)s
ORDER BY things.code, datastreams.observed_property_code
LIMIT %(rows)s
