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

-- challenges --
-- Published challenges after an identifier, ordered by it.
SELECT challenge_id, hackathon_code, title_en, title_ar, problem_en, problem_ar, state, terms,
       organisation_id, organisation_kind, organisation_name_en, organisation_name_ar, datasets, things
FROM open_innovation.challenges
WHERE (%(after)s::uuid IS NULL OR challenge_id > %(after)s)
  AND (%(challenge)s::uuid IS NULL OR challenge_id = %(challenge)s)
  AND (%(hackathon)s::text IS NULL OR hackathon_code = %(hackathon)s)
  AND (%(organisation)s::uuid IS NULL OR organisation_id = %(organisation)s)
  AND (%(dataset)s::text IS NULL OR %(dataset)s = ANY (datasets))
  AND (%(thing)s::text IS NULL OR %(thing)s = ANY (things))
ORDER BY challenge_id
LIMIT %(rows)s

-- challenges_of_dataset --
-- Which challenges a dataset is linked by.
SELECT challenge_id, hackathon_code, title_en, title_ar
FROM open_innovation.challenge_datasets WHERE source_code = %(code)s
ORDER BY challenge_id

-- challenges_of_thing --
-- Which challenges a thing is linked by.
SELECT challenge_id, hackathon_code, title_en, title_ar
FROM open_innovation.challenge_things WHERE thing_code = %(code)s
ORDER BY challenge_id
