-- version --
-- What changes with anything that is said of the air: what has been noted, what of it is done, and which hour it is.
SELECT (SELECT last_value FROM air_quality_notes_note_id_seq), (SELECT count(*) FROM air_quality_notes),
       (SELECT count(*) FROM air_quality_set_aside), (SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes), date_trunc('hour', now()),
       (SELECT coalesce(sum(xmin::text::bigint), 0)::bigint FROM limit_tables)

-- newest --
-- Of every thing that fits the newest hour that was over at an instant, and is not too old. What never sent a pollutant has none.
-- Where every thing fits no list of things is read: of a large registry few have sent anything.
SELECT hour.*
FROM (
    SELECT DISTINCT datastreams.thing_id
    FROM latest JOIN datastreams USING (datastream_id)
    WHERE datastreams.observed_property_code IN ('co', 'no2', 'o3', 'pm10', 'pm2_5', 'so2')
      AND (%(is_every_thing)s OR datastreams.thing_id IN (SELECT known.thing_id FROM known))
) AS seen
CROSS JOIN LATERAL (
    SELECT * FROM air_quality_hours AS own
    WHERE own.thing_id = seen.thing_id AND own.index_code = %(index)s
      AND own.bucket_start <= %(at)s::timestamptz - INTERVAL '1 hour'
      AND own.bucket_start > %(at)s::timestamptz - INTERVAL '1 hour' - make_interval(hours => %(age_hours)s)
    ORDER BY own.bucket_start DESC LIMIT 1
) AS hour

-- window --
-- The hours that begin within a window.
SELECT hour.*
FROM known
JOIN air_quality_hours AS hour USING (thing_id)
WHERE hour.index_code = %(index)s
  AND (%(start)s::timestamptz IS NULL OR hour.bucket_start >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR hour.bucket_start < %(end)s)

-- page --
-- Hours by thing, or the worst of each place, after a code and an hour. Beyond an index is worse than any number.
WITH known AS (
    SELECT thing.thing_id FROM things AS thing JOIN sources AS source USING (source_id)
    WHERE (%(thing)s::text IS NULL OR thing.code = %(thing)s)
      AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
      AND (%(source)s::text IS NULL OR source.code = %(source)s)
),
hours AS ({hours}),
ranked AS (
    SELECT hour.*, thing.code AS thing, thing.name_en, thing.name_ar, thing.place_code, thing.longitude, thing.latitude,
           source.code AS source, source.kind = 'simulated' AS is_simulated,
           CASE WHEN %(by_place)s THEN thing.place_code ELSE thing.code END AS group_code,
           row_number() OVER worst AS place_in_group, count(*) OVER (PARTITION BY
               CASE WHEN %(by_place)s THEN thing.place_code ELSE thing.code END,
               CASE WHEN %(is_newest)s THEN NULL ELSE hour.bucket_start END) AS thing_count
    FROM hours AS hour
    JOIN things AS thing USING (thing_id)
    JOIN sources AS source USING (source_id)
    WHERE NOT %(by_place)s OR thing.place_code IS NOT NULL
    WINDOW worst AS (
        PARTITION BY CASE WHEN %(by_place)s THEN thing.place_code ELSE thing.code END,
                     CASE WHEN %(is_newest)s THEN NULL ELSE hour.bucket_start END
        ORDER BY hour.is_beyond DESC, hour.value DESC NULLS LAST, hour.level_rank DESC NULLS LAST, thing.code)
)
SELECT ranked.group_code, ranked.bucket_start, ranked.place_code, place.name_en, place.name_ar,
       ranked.thing, ranked.name_en, ranked.name_ar, ranked.source, ranked.is_simulated, ranked.longitude, ranked.latitude,
       ranked.thing_count, ranked.index_code, ranked.value, ranked.is_beyond, ranked.level, ranked.observed_property,
       ranked.span, ranked.method, ranked.coverage, ranked.parts
FROM ranked
LEFT JOIN places AS place ON place.code = ranked.place_code
WHERE place_in_group = 1
  AND (%(after_code)s::text IS NULL
       OR (ranked.group_code, ranked.bucket_start) > (%(after_code)s, %(after_start)s::timestamptz))
ORDER BY ranked.group_code, ranked.bucket_start
LIMIT %(rows)s
