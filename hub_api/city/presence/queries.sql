-- page --
-- Datastreams after a number, and whether they are there. While ingest gives no account of itself nobody is blamed: what
-- is late is so by when it last gave one. A recording is of another time, so nothing is expected of it.
SELECT * FROM (
    SELECT datastream.datastream_id, thing.code, thing.name_en, thing.name_ar, datastream.observed_property_code,
           source.code, source.kind = 'simulated', thing.place_code,
           CASE
               WHEN newest.phenomenon_time IS NULL THEN 'silent'
               WHEN NOT said.is_connected AND said.since >= newest.phenomenon_time THEN 'silent'
               WHEN passed.intervals > %(silent)s THEN 'silent'
               WHEN passed.intervals > %(late)s THEN 'late'
               WHEN newest.quality IN (3, 4) THEN 'suspect'
               ELSE 'healthy'
           END AS presence,
           CASE WHEN newest.phenomenon_time IS NOT NULL
               THEN least(greatest(newest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z') END AS newest_at,
           datastream.interval_seconds, newest.quality, said.is_connected, said.since
    FROM datastreams AS datastream
    JOIN things AS thing USING (thing_id)
    JOIN sources AS source USING (source_id)
    LEFT JOIN latest AS newest USING (datastream_id)
    LEFT JOIN thing_connections AS said USING (thing_id)
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM least(%(now)s::timestamptz, (
                   SELECT max(reported_at) + make_interval(secs => %(account)s) FROM component_reports
                   WHERE component = 'ingest')) - newest.phenomenon_time)::float8
               / coalesce(datastream.interval_seconds, %(interval)s::integer) AS intervals
    ) AS passed
    WHERE source.kind <> 'recorded'
      AND (%(after)s::bigint IS NULL OR datastream.datastream_id > %(after)s::bigint)
      AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
      AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
      AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
      AND (%(source)s::text IS NULL OR source.code = %(source)s)
) AS known
WHERE %(presence)s::text IS NULL OR known.presence = %(presence)s
ORDER BY datastream_id
LIMIT %(rows)s

-- gaps --
-- The gaps of a datastream within a window, cut at its local days, after an instant.
SELECT piece.began_at, piece.ended_at, local.day::date, zoned.zone, gap.reason, gap.ended_at IS NULL AND piece.is_last
FROM gaps AS gap
JOIN datastream_zones AS zoned USING (datastream_id)
CROSS JOIN LATERAL (
    SELECT greatest(gap.began_at, %(start)s::timestamptz) AS began_at,
           least(coalesce(gap.ended_at, %(now)s::timestamptz), %(end)s::timestamptz) AS ended_at
) AS whole
CROSS JOIN LATERAL generate_series(
    (whole.began_at AT TIME ZONE zoned.zone)::date::timestamp, whole.ended_at AT TIME ZONE zoned.zone, INTERVAL '1 day'
) AS local (day)
CROSS JOIN LATERAL (
    SELECT greatest(whole.began_at, local_day_start(local.day::date, zoned.zone)) AS began_at,
           least(whole.ended_at, local_day_start(local.day::date + 1, zoned.zone)) AS ended_at,
           whole.ended_at <= local_day_start(local.day::date + 1, zoned.zone) AS is_last
) AS piece
WHERE gap.datastream_id = %(datastream)s
  AND gap.began_at < least(%(now)s::timestamptz, %(end)s::timestamptz)
  AND (gap.ended_at IS NULL OR gap.ended_at > %(start)s::timestamptz)
  AND piece.began_at < piece.ended_at
  AND (%(after)s::timestamptz IS NULL OR piece.began_at > %(after)s::timestamptz)
ORDER BY piece.began_at
LIMIT %(rows)s
