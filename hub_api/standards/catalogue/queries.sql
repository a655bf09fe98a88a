-- codes --
-- Datasets behind one, by their codes.
SELECT code
FROM sources
WHERE %(after)s::text IS NULL OR code > %(after)s
ORDER BY code
LIMIT %(rows)s

-- count --
-- How many datasets there are.
SELECT count(*) FROM sources

-- sectors --
-- The sector of each observed property.
SELECT code, sector FROM observed_properties

-- newest_files --
-- The newest bulk files of each of these datasets, the newest first.
SELECT source.code, day.local_date, coalesce(source.zone, city_zone()), day.row_count, day.byte_count, day.sha256,
       day.first_phenomenon_time, day.last_phenomenon_time, day.generated_at
FROM sources AS source
CROSS JOIN LATERAL (
    SELECT * FROM dataset_days
    WHERE dataset_days.source_id = source.source_id AND generated_at IS NOT NULL
    ORDER BY local_date DESC
    LIMIT %(rows)s
) AS day
WHERE source.code = ANY(%(datasets)s::text[])
ORDER BY source.code, day.local_date DESC
