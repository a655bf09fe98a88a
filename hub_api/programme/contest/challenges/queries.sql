-- elsewhere --
-- Which datasets were recorded somewhere else: those with days of another zone than the city's.
SELECT code FROM sources WHERE code = ANY (%(datasets)s::text[]) AND zone <> %(city_zone)s::text

-- linked --
-- What a challenge links, by its name, with how fresh its datastreams are against their intervals.
WITH linked AS (
    SELECT 'dataset' AS noun, source.code, source.name_en, source.name_ar, source.kind, thing.thing_id
    FROM sources AS source LEFT JOIN things AS thing USING (source_id)
    WHERE source.code = ANY (%(datasets)s::text[])
    UNION ALL
    SELECT 'thing', thing.code, thing.name_en, thing.name_ar, source.kind, thing.thing_id
    FROM things AS thing JOIN sources AS source USING (source_id)
    WHERE thing.code = ANY (%(things)s::text[])
)
SELECT noun, linked.code, linked.name_en, linked.name_ar, linked.kind, count(datastream.datastream_id),
       count(*) FILTER (WHERE passed.intervals <= %(late)s),
       count(*) FILTER (WHERE passed.intervals > %(late)s AND passed.intervals <= %(silent)s),
       count(*) FILTER (WHERE datastream.datastream_id IS NOT NULL AND passed.intervals IS NULL),
       max(newest.phenomenon_time)
FROM linked
LEFT JOIN datastreams AS datastream USING (thing_id)
LEFT JOIN latest AS newest USING (datastream_id)
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM %(now)s::timestamptz - newest.phenomenon_time)::float8
           / coalesce(datastream.interval_seconds, %(interval)s::integer) AS intervals
) AS passed
GROUP BY noun, linked.code, linked.name_en, linked.name_ar, linked.kind
ORDER BY noun, linked.code
