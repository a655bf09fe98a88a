-- to_learn --
-- Datastreams after a number whose values come in, with the interval that holds now. A recording's are of another time.
SELECT datastreams.datastream_id, datastreams.interval_seconds
FROM datastreams
JOIN things USING (thing_id)
JOIN sources USING (source_id)
JOIN latest USING (datastream_id)
WHERE datastreams.datastream_id > %(after)s
  AND datastreams.result_type = 'measurement'
  AND sources.kind <> 'recorded'
  AND latest.phenomenon_time > %(now)s::timestamptz - make_interval(secs => %(recent)s)
ORDER BY datastreams.datastream_id
LIMIT %(datastreams_max)s

-- newest_times --
-- The instants of the newest values before an instant.
SELECT extract(epoch FROM phenomenon_time)::float8
FROM observations
WHERE datastream_id = %(datastream_id)s
  AND phenomenon_time <= %(until)s AND phenomenon_time > %(since)s
ORDER BY phenomenon_time DESC
LIMIT %(values_max)s

-- put_interval --
-- What was learned holds since then; what was believed of the time after that does not.
INSERT INTO datastream_intervals (datastream_id, since, interval_seconds, is_learned)
VALUES (%(datastream_id)s, to_timestamp(%(since)s), %(interval_seconds)s, true)
ON CONFLICT (datastream_id, since) DO UPDATE SET
    interval_seconds = EXCLUDED.interval_seconds, is_learned = true

-- forget_intervals --
DELETE FROM datastream_intervals WHERE datastream_id = %(datastream_id)s AND since > to_timestamp(%(since)s)

-- make_present --
UPDATE datastreams SET interval_seconds = %(interval_seconds)s WHERE datastream_id = %(datastream_id)s

-- expect_anew --
-- What quarters and hours since then expect.
UPDATE {table} AS bucket SET expected_count = (
    SELECT floor(sum(extract(epoch FROM least(until, bucket.bucket_start + make_interval(secs => %(seconds)s))
                             - greatest(since, bucket.bucket_start)) / interval_seconds))
    FROM datastream_expectations AS expectation
    WHERE expectation.datastream_id = bucket.datastream_id
      AND expectation.since < bucket.bucket_start + make_interval(secs => %(seconds)s)
      AND expectation.until > bucket.bucket_start)
WHERE datastream_id = %(datastream_id)s
  AND bucket_start > to_timestamp(%(since)s) - make_interval(secs => %(seconds)s)

-- note_days_since --
-- Their days are computed anew.
INSERT INTO dirty_days (datastream_id, bucket_start)
SELECT datastream_id, bucket_start
FROM observations_daily
WHERE datastream_id = %(datastream_id)s AND bucket_start > to_timestamp(%(since)s) - INTERVAL '25 hours'
ON CONFLICT DO NOTHING

-- forget_gaps --
-- Gaps that begin in these days, or before them and reach into them: they are found anew.
DELETE FROM gaps USING (
    SELECT datastream_id, to_timestamp(bucket_epoch) AS day_start,
           local_day_start((to_timestamp(bucket_epoch) AT TIME ZONE zone)::date + 1, zone) AS day_end
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
) AS days
WHERE gaps.datastream_id = days.datastream_id AND gaps.began_at < days.day_end
  AND (gaps.ended_at IS NULL OR gaps.ended_at >= days.day_start)

-- note_gaps --
-- Gaps that begin in these days, or with the last value before one of them. A gap begins with the
-- value before it and ends with the one after it; how long it may be until then is what was expected when it began.
-- Nearly all values follow soon enough for every interval that their datastream ever had, and are looked at no further.
WITH expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT unnest(%(datastream_ids)s::int4[]) AS datastream_id) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
),
spans AS MATERIALIZED (
    SELECT datastream_id, to_timestamp(bucket_epoch) AS span_start,
           local_day_start((to_timestamp(bucket_epoch) AT TIME ZONE zone)::date + 1, zone) AS span_end, shortest.gap
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
    JOIN (
        SELECT datastream_id, make_interval(secs => %(gap_intervals)s * min(interval_seconds)) AS gap
        FROM expectations GROUP BY datastream_id
    ) AS shortest USING (datastream_id)
),
found AS MATERIALIZED (
    SELECT datastream_id, moment, following
    FROM spans
    CROSS JOIN LATERAL (
        SELECT moment, lead(moment) OVER (ORDER BY moment) AS following
        FROM (
            (SELECT phenomenon_time AS moment FROM observations
             WHERE observations.datastream_id = spans.datastream_id AND phenomenon_time < span_start AND quality < 9
             ORDER BY phenomenon_time DESC LIMIT 1)
            UNION ALL
            (SELECT phenomenon_time FROM observations
             WHERE observations.datastream_id = spans.datastream_id AND quality < 9
               AND phenomenon_time >= span_start AND phenomenon_time < span_end
               AND phenomenon_time >= to_timestamp(%(start)s::int8) AND phenomenon_time < to_timestamp(%(end)s::int8)
             OFFSET 0)
            UNION ALL
            (SELECT phenomenon_time FROM observations
             WHERE observations.datastream_id = spans.datastream_id AND phenomenon_time >= span_end AND quality < 9
             ORDER BY phenomenon_time LIMIT 1)
        ) AS moments
    ) AS followed
    WHERE moment < span_end AND (following IS NULL OR following > moment + gap)
)
-- + found_gaps

-- note_found_gaps --
-- The same of values that follow one another too late for the shortest interval of their datastream, which are known.
WITH expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT unnest(%(datastream_ids)s::int4[]) AS datastream_id) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
),
found AS (
    SELECT datastream_id, moment, following
    FROM unnest(%(datastream_ids)s::int4[], %(moments)s::timestamptz[], %(followings)s::timestamptz[])
         AS pairs (datastream_id, moment, following)
)
-- + found_gaps

-- found_gaps --
INSERT INTO gaps (datastream_id, began_at, ended_at, reason)
SELECT datastream_id, moment, following, gap_reason(datastream_id, moment, following, interval_seconds)
FROM found
JOIN expectations USING (datastream_id)
WHERE moment >= since AND moment < until
  AND extract(epoch FROM coalesce(following, now()) - moment) > %(gap_intervals)s * interval_seconds
  AND (following IS NOT NULL OR NOT EXISTS (
        SELECT FROM datastreams JOIN things USING (thing_id) JOIN sources USING (source_id)
        WHERE datastreams.datastream_id = found.datastream_id AND sources.kind = 'recorded'))
ON CONFLICT DO NOTHING

-- silent --
-- Datastreams whose newest value is too old, and whose gap is not noted yet.
SELECT datastreams.datastream_id
FROM datastreams
JOIN things USING (thing_id)
JOIN sources USING (source_id)
JOIN latest USING (datastream_id)
WHERE datastreams.result_type = 'measurement' AND sources.kind <> 'recorded'
  AND datastreams.interval_seconds IS NOT NULL
  AND latest.phenomenon_time < %(now)s::timestamptz
                               - make_interval(secs => %(gap_intervals)s * datastreams.interval_seconds)
  AND NOT EXISTS (SELECT FROM gaps WHERE gaps.datastream_id = datastreams.datastream_id AND ended_at IS NULL)
ORDER BY datastreams.datastream_id
LIMIT %(gaps_max)s

-- open_gaps --
INSERT INTO gaps (datastream_id, began_at, reason)
SELECT datastream_id, latest.phenomenon_time,
       gap_reason(datastream_id, latest.phenomenon_time, NULL, datastreams.interval_seconds)
FROM datastreams
JOIN latest USING (datastream_id)
WHERE datastream_id = ANY (%(datastream_ids)s::int4[])
ON CONFLICT DO NOTHING

-- open --
-- Gaps that go on, the longest unseen first is of no use here: all of them, since there are no more than datastreams.
SELECT datastream_id FROM gaps WHERE ended_at IS NULL ORDER BY datastream_id

-- renew_reasons --
-- What is known by now of why a gap goes on.
UPDATE gaps SET reason = known.reason
FROM (
    SELECT gaps.datastream_id, began_at,
           gap_reason(gaps.datastream_id, began_at, NULL, datastreams.interval_seconds) AS reason
    FROM gaps JOIN datastreams USING (datastream_id)
    WHERE ended_at IS NULL AND gaps.datastream_id = ANY (%(datastream_ids)s::int4[])
) AS known
WHERE gaps.datastream_id = known.datastream_id AND gaps.began_at = known.began_at AND gaps.reason <> known.reason
