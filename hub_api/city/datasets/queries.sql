-- describe --
-- Datasets after a code: a source each, with what it says about itself and what there is of it. Some of them if named.
SELECT source.code, source.kind, source.kind = 'simulated', source.name_en, source.name_ar,
       source.description_en, source.description_ar, source.provider_en, source.provider_ar, source.homepage,
       source.licence, source.licence_url, source.licence_name_en, source.licence_name_ar, source.attribution,
       coalesce(source.zone, city_zone()), measured.thing_count, measured.datastream_count, measured.newest, measured.interval_seconds,
       measured.west, measured.south, measured.east, measured.north, measured.places,
       days.day_count, days.first_date, days.file_count, properties.described
FROM (
    SELECT source_id FROM sources
    WHERE (%(after)s::text IS NULL OR code > %(after)s)
      AND (%(datasets)s::text[] IS NULL OR code = ANY(%(datasets)s))
    ORDER BY code
    LIMIT %(rows)s
) AS page
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT thing.thing_id) AS thing_count, count(datastream.datastream_id) AS datastream_count,
           max(least(greatest(seen.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z'))
               FILTER (WHERE seen.phenomenon_time IS NOT NULL) AS newest, min(datastream.interval_seconds) AS interval_seconds,
           min(coalesce(thing.longitude, seen.longitude)) AS west,
           min(coalesce(thing.latitude, seen.latitude)) AS south,
           max(coalesce(thing.longitude, seen.longitude)) AS east,
           max(coalesce(thing.latitude, seen.latitude)) AS north,
           coalesce(array_agg(DISTINCT thing.place_code ORDER BY thing.place_code)
                    FILTER (WHERE thing.place_code IS NOT NULL), '{}') AS places
    FROM things AS thing
    LEFT JOIN datastreams AS datastream USING (thing_id)
    LEFT JOIN latest AS seen USING (datastream_id)
    WHERE thing.source_id = source.source_id
) AS measured
CROSS JOIN LATERAL (
    SELECT count(*) AS day_count, min(greatest(local_date, '0001-01-02')) AS first_date, count(generated_at) AS file_count
    FROM dataset_days
    WHERE dataset_days.source_id = source.source_id
) AS days
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'observed_property', grouped.code,
               'name', jsonb_build_object('en', grouped.name_en, 'ar', grouped.name_ar),
               'unit', grouped.unit, 'result_type', grouped.result_type,
               'datastream_count', grouped.datastream_count, 'interval_seconds', grouped.interval_seconds)
               ORDER BY grouped.code, grouped.unit), '[]') AS described
    FROM (
        SELECT property.code, property.name_en, property.name_ar, datastream.unit, datastream.result_type,
               count(*) AS datastream_count, min(datastream.interval_seconds) AS interval_seconds
        FROM things AS thing
        JOIN datastreams AS datastream USING (thing_id)
        JOIN observed_properties AS property ON property.code = datastream.observed_property_code
        WHERE thing.source_id = source.source_id
        GROUP BY property.code, property.name_en, property.name_ar, datastream.unit, datastream.result_type
    ) AS grouped
) AS properties
ORDER BY source.code
