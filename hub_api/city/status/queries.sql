-- feed_count --
-- How many sources and observed properties there are.
SELECT count(*) FROM (
    SELECT DISTINCT thing.source_id, datastream.observed_property_code FROM datastreams AS datastream JOIN things AS thing USING (thing_id)
) AS feeds

-- feeds --
-- Sources and observed properties: how many datastreams, how old their newest values are against their intervals. Of more than are
-- shown those that have sent anything come first; the last column is the newest value of all. Of what has never sent anything no more is
-- read than may be shown: as less than feeds_max sources have sent some of it, enough is among the first twice as many.
WITH sent AS MATERIALIZED (
    SELECT thing.source_id, datastream.observed_property_code,
           max(least(greatest(latest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z')) AS newest_at
    FROM latest
    JOIN datastreams AS datastream USING (datastream_id)
    JOIN things AS thing USING (thing_id)
    GROUP BY thing.source_id, datastream.observed_property_code
),
first_sent AS MATERIALIZED (
    SELECT sent.source_id, sent.observed_property_code
    FROM sent JOIN sources AS source USING (source_id)
    ORDER BY source.code, sent.observed_property_code
    LIMIT %(feeds_max)s
),
never_sent AS (
    SELECT source.source_id, own.observed_property_code
    FROM (
        SELECT sources.source_id, sources.code
        FROM sources
        CROSS JOIN LATERAL (
            SELECT FROM things JOIN datastreams USING (thing_id) WHERE things.source_id = sources.source_id LIMIT 1) AS observing
        ORDER BY sources.code
        LIMIT 2 * %(feeds_max)s
    ) AS source
    CROSS JOIN LATERAL (
        SELECT DISTINCT observed_property_code FROM things JOIN datastreams USING (thing_id)
        WHERE things.source_id = source.source_id
    ) AS own
    WHERE (SELECT count(*) FROM first_sent) < %(feeds_max)s
      AND NOT EXISTS (SELECT FROM sent
                      WHERE sent.source_id = source.source_id AND sent.observed_property_code = own.observed_property_code)
    ORDER BY source.code, own.observed_property_code
    LIMIT %(feeds_max)s - (SELECT count(*) FROM first_sent)
),
shown AS MATERIALIZED (SELECT * FROM first_sent UNION ALL SELECT * FROM never_sent)
SELECT source.code, source.kind, source.name_en, source.name_ar, property.code, property.name_en,
       property.name_ar, count(*), min(expected.seconds), max(expected.seconds),
       max(newest.phenomenon_time),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY newest.phenomenon_time),
       min(newest.phenomenon_time),
       count(*) FILTER (WHERE passed.intervals <= %(late)s),
       count(*) FILTER (WHERE passed.intervals > %(late)s AND passed.intervals <= %(silent)s),
       count(*) FILTER (WHERE passed.intervals > %(silent)s),
       count(*) FILTER (WHERE passed.intervals IS NULL),
       (SELECT max(sent.newest_at) FROM sent) AS newest_of_all
FROM shown
JOIN sources AS source USING (source_id)
JOIN observed_properties AS property ON property.code = shown.observed_property_code
JOIN things AS thing ON thing.source_id = shown.source_id
JOIN datastreams AS datastream
    ON datastream.thing_id = thing.thing_id AND datastream.observed_property_code = shown.observed_property_code
LEFT JOIN (
    SELECT datastream_id,
           least(greatest(phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z') AS phenomenon_time
    FROM latest
) AS newest USING (datastream_id)
CROSS JOIN LATERAL (
    SELECT coalesce(datastream.interval_seconds, %(interval)s::integer) AS seconds
) AS expected
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM %(now)s::timestamptz - newest.phenomenon_time)::float8 / expected.seconds
        AS intervals
) AS passed
GROUP BY source.code, source.kind, source.name_en, source.name_ar, property.code, property.name_en,
         property.name_ar
ORDER BY source.code, property.code

-- taken_over --
-- How often another client came with the id of one of ingest's sessions, and when last.
SELECT coalesce(sum(taken_over_count), 0)::bigint, max(taken_over_at) FROM ingest_sessions

-- waiting_since --
-- When the oldest batch was committed whose hours are not yet rolled up.
SELECT batch.committed_at
FROM ingest_batches AS batch
WHERE batch.batch_id = (SELECT min(batch_id) FROM dirty_buckets)

-- set_aside_buckets --
-- How many quarters, hours and days cannot be computed, and since when the first of them.
SELECT count(*), min(set_aside_at)
FROM (SELECT set_aside_at FROM set_aside_buckets UNION ALL SELECT set_aside_at FROM air_quality_set_aside
      UNION ALL SELECT set_aside_at FROM transit_set_aside) AS every

-- archive_parts --
-- What is archived, where it is, and what of it is damaged or waited for.
SELECT count(*), count(*) FILTER (WHERE let_go_at IS NOT NULL), count(*) FILTER (WHERE damage IS NOT NULL), min(damaged_at),
       count(*) FILTER (WHERE wanted_at IS NOT NULL AND let_go_at IS NOT NULL),
       min(wanted_at) FILTER (WHERE let_go_at IS NOT NULL)
FROM archive_parts

-- open_dead_letters --
-- Dead letters that wait for a decision, as the last housekeeping counted them.
SELECT coalesce(sum(letter_count) FILTER (WHERE status = 'open'), 0)::bigint, max(counted_at)
FROM dead_letter_counts

-- credential_counts --
-- Credentials of devices that the broker has not heard of.
SELECT waiting_count, since, unknown_count FROM credential_counts

-- failures --
-- What jobs could not do and try again.
SELECT job, failures, is_whole, first_at, last_at FROM failure_counts ORDER BY job

-- component_reports --
-- When each part last gave an account of itself; one that has been gone for long is not expected any more.
SELECT component, instance, reported_at, waiting_messages, waiting_since
FROM component_reports
WHERE reported_at > %(now)s::timestamptz - make_interval(secs => %(forgotten)s)
