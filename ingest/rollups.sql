-- lock_rollups --
-- One roll-up at a time in the whole database, until the transaction ends; and whether any bucket is set
-- aside, as nearly always none is.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_rollups')), EXISTS (SELECT FROM set_aside_buckets)

-- take_dirty_buckets --
-- Take the oldest notes away, at least one; they come back if this transaction fails. A batch of
-- a file of hourly values notes as many buckets as it has rows, so their number is bounded too.
WITH oldest AS (
    SELECT batch_id, cardinality(datastream_ids) AS buckets
    FROM dirty_buckets ORDER BY batch_id LIMIT %(batches_max)s
),
counted AS (
    SELECT batch_id, sum(buckets) OVER (ORDER BY batch_id) - buckets AS buckets_before FROM oldest
)
DELETE FROM dirty_buckets
WHERE batch_id IN (SELECT batch_id FROM counted WHERE buckets_before < %(noted_max)s)
RETURNING datastream_ids, bucket_hours

-- note_days --
-- The local days of these hours must be recomputed; the first note of a day counts. An hour of UTC lies in two
-- days where a zone's offset is not of whole hours.
INSERT INTO dirty_days (datastream_id, bucket_start)
SELECT datastream_id, local_day_start(local_date, zone)
FROM (
    SELECT DISTINCT datastream_id, zone, (to_timestamp(bucket_epoch + seconds) AT TIME ZONE zone)::date AS local_date
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    JOIN datastreams USING (datastream_id)
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN (VALUES (0), (3599)) AS ends (seconds)
    WHERE datastreams.result_type = 'measurement'
) AS days
ORDER BY 1, 2
ON CONFLICT DO NOTHING

-- note_dataset_days --
-- The datasets' days to which these hours belong have changed once more.
INSERT INTO dataset_days AS day (source_id, local_date)
SELECT DISTINCT sources.source_id,
       (to_timestamp(bucket_epoch + seconds) AT TIME ZONE coalesce(sources.zone, city_zone()))::date
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
JOIN sources USING (source_id)
CROSS JOIN (VALUES (0), (3599)) AS ends (seconds)
ORDER BY 1, 2
ON CONFLICT (source_id, local_date) DO UPDATE SET
    change_count = day.change_count + 1, changed_at = now(),
    due_since = CASE WHEN day.written_change_count = day.change_count THEN now() ELSE day.due_since END

-- note_air_quality --
-- Things of which a pollutant has changed in these hours. A note that is there already is held until this transaction has
-- committed, so that nobody judges the hour before; one that somebody has taken does not count.
WITH touched AS (
    SELECT DISTINCT datastreams.thing_id, to_timestamp(bucket_epoch) AS bucket_start
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    JOIN datastreams USING (datastream_id)
    WHERE datastreams.observed_property_code IN ('co', 'no2', 'o3', 'pm10', 'pm2_5', 'so2')
      AND bucket_epoch BETWEEN 0 AND 4102444800  -- years that every program can say
),
there AS (
    SELECT note.thing_id, note.bucket_start
    FROM air_quality_notes AS note JOIN touched USING (thing_id, bucket_start)
    FOR KEY SHARE OF note SKIP LOCKED
)
INSERT INTO air_quality_notes (thing_id, bucket_start)
SELECT thing_id, bucket_start FROM touched EXCEPT SELECT thing_id, bucket_start FROM there

-- take_dirty_days --
-- Days that have ended at once, oldest first; a day that goes on once its note is old enough.
DELETE FROM dirty_days
WHERE (datastream_id, bucket_start) IN (
    SELECT datastream_id, bucket_start
    FROM dirty_days
    WHERE bucket_start <= now() - INTERVAL '1 day'
       OR noted_at <= now() - make_interval(secs => %(open_seconds)s)
    ORDER BY bucket_start, datastream_id
    LIMIT %(days_max)s
)
RETURNING datastream_id, extract(epoch FROM bucket_start)::bigint

-- recompute_buckets --
-- The roll-up of these spans (hours, say), whole or in parts, from their observations. Directions get the
-- mean of unit vectors; their extremes and quantiles mean nothing and stay NULL. Flags 4 and 9 count, but
-- not in values. Without figures there are only counts, which no result can spoil.
WITH expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT unnest(%(datastream_ids)s::int4[]) AS datastream_id) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
)
INSERT INTO {table} AS bucket
    (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
     standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count)
SELECT
    computed.datastream_id, computed.bucket_start, computed.observation_count,
    coalesce(%(seconds)s / whole.interval_seconds, parts.value_count), computed.mean,
    computed.minimum, computed.maximum, computed.standard_deviation, computed.p05, computed.p50, computed.p95,
    computed.good_count, computed.not_evaluated_count, computed.suspect_count, computed.bad_count
FROM (
    SELECT
        dirty.datastream_id,
        date_bin(make_interval(secs => %(seconds)s), observed.phenomenon_time, dirty.span_start) AS bucket_start,
        count(*) AS observation_count,
        CASE WHEN bool_or(properties.is_circular) THEN
            (degrees(atan2(avg(sind(observed.result)) FILTER (WHERE observed.is_usable),
                           avg(cosd(observed.result)) FILTER (WHERE observed.is_usable)))::numeric
             + 360) %% 360
        ELSE avg(observed.result) FILTER (WHERE observed.is_usable) END AS mean,
        min(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS minimum,
        max(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS maximum,
        stddev_samp(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS standard_deviation,
        percentile_cont(0.05) WITHIN GROUP (ORDER BY observed.result)
            FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS p05,
        percentile_cont(0.50) WITHIN GROUP (ORDER BY observed.result)
            FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY observed.result)
            FILTER (WHERE observed.is_usable AND NOT properties.is_circular) AS p95,
        count(*) FILTER (WHERE observed.quality = 1) AS good_count,
        count(*) FILTER (WHERE observed.quality = 2) AS not_evaluated_count,
        count(*) FILTER (WHERE observed.quality = 3) AS suspect_count,
        count(*) FILTER (WHERE observed.quality = 4) AS bad_count
    FROM (
        SELECT datastream_id, to_timestamp(bucket_epoch) AS span_start
        FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    ) AS dirty
    JOIN datastreams ON datastreams.datastream_id = dirty.datastream_id
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, result, quality, quality < 4 AND %(figures)s::boolean AS is_usable
        FROM observations
        WHERE observations.datastream_id = dirty.datastream_id
          AND observations.phenomenon_time >= dirty.span_start
          AND observations.phenomenon_time < dirty.span_start + make_interval(secs => %(span)s)
          AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
          AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
        OFFSET 0  -- one index range a bucket, whatever the statistics of a young chunk say
    ) AS observed
    GROUP BY 1, 2
) AS computed
LEFT JOIN expectations AS whole
    ON whole.datastream_id = computed.datastream_id AND whole.since <= computed.bucket_start
    AND whole.until >= computed.bucket_start + make_interval(secs => %(seconds)s)
CROSS JOIN LATERAL (
    -- Of a bucket over a change of the interval: what each part makes expect.
    SELECT floor(sum(extract(epoch FROM least(until, computed.bucket_start + make_interval(secs => %(seconds)s))
                             - greatest(since, computed.bucket_start)) / interval_seconds)) AS value_count
    FROM expectations AS expectation
    WHERE whole.datastream_id IS NULL AND expectation.datastream_id = computed.datastream_id
      AND expectation.since < computed.bucket_start + make_interval(secs => %(seconds)s)
      AND expectation.until > computed.bucket_start
) AS parts
ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count, computed_at = now()

-- recompute_days --
-- The roll-up of local days: counts, extremes, deviation and quantiles from the observations, the mean
-- from the means of the valid hours, so that bursts do not weigh more. An hour is valid with three
-- quarters of its expected values, a day with three quarters of its hours (of its values where they are
-- expected less often); without an expectation, whatever there is counts. Where days do not begin or end with
-- an hour of UTC, their own hours are made from the observations. What is no day of the datastream's zone (any
-- more) is left out. What comes back are the days that surely have no gap, in which none begins, and of which none is noted.
WITH dirty AS MATERIALIZED (  -- once a day, and not again wherever its bounds are named
    SELECT datastream_id, day_start, day_end,
           extract(epoch FROM day_start)::int8 %% 3600 = 0 AND extract(epoch FROM day_end)::int8 %% 3600 = 0
               AS has_whole_hours,
           day_start = to_timestamp(bucket_epoch) AS is_day
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (SELECT (to_timestamp(bucket_epoch) AT TIME ZONE zone)::date AS local_date) AS local
    CROSS JOIN LATERAL (
        SELECT local_day_start(local_date, zone) AS day_start, local_day_start(local_date + 1, zone) AS day_end
    ) AS bounds
),
expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT datastream_id FROM dirty) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
),
shortest AS MATERIALIZED (
    SELECT datastream_id, make_interval(secs => %(gap_intervals)s * min(interval_seconds)) AS gap
    FROM expectations GROUP BY datastream_id
),
expected AS MATERIALIZED (
    SELECT datastream_id, day_start,
           floor(sum(seconds / interval_seconds))::integer AS value_count,
           sum(seconds / greatest(3600, interval_seconds)) AS hour_count
    FROM dirty
    JOIN expectations USING (datastream_id)
    CROSS JOIN LATERAL (SELECT extract(epoch FROM least(until, day_end) - greatest(since, day_start)) AS seconds) AS parts
    WHERE since < day_end AND until > day_start
    GROUP BY datastream_id, day_start
),
computed AS MATERIALIZED (
    SELECT dirty.datastream_id, dirty.day_start, dirty.day_end, observed.*, hours.valid_count, expected.value_count,
           CASE WHEN hours.valid_count > 0 AND hours.valid_count >= coalesce(0.75 * expected.hour_count, 0)
                THEN CASE WHEN properties.is_circular THEN hours.direction ELSE hours.mean END END AS mean
    FROM dirty
    JOIN datastreams ON datastreams.datastream_id = dirty.datastream_id
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    LEFT JOIN expected ON expected.datastream_id = dirty.datastream_id AND expected.day_start = dirty.day_start
    LEFT JOIN shortest ON shortest.datastream_id = dirty.datastream_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS valid_count,
               avg(hour.mean) AS mean,
               (degrees(atan2(avg(sind(hour.mean)) FILTER (WHERE properties.is_circular),
                              avg(cosd(hour.mean)) FILTER (WHERE properties.is_circular)))::numeric
                + 360) %% 360 AS direction
        FROM (
            SELECT mean, good_count + not_evaluated_count + suspect_count AS usable_count, expected_count
            FROM observations_hourly
            WHERE dirty.has_whole_hours
              AND observations_hourly.datastream_id = dirty.datastream_id
              AND observations_hourly.bucket_start >= dirty.day_start
              AND observations_hourly.bucket_start < dirty.day_end
            UNION ALL
            SELECT CASE WHEN properties.is_circular
                        THEN (degrees(atan2(local_hour.sine, local_hour.cosine))::numeric + 360) %% 360
                        ELSE local_hour.mean END,
                   local_hour.usable_count, local_expected.value_count
            FROM (
                SELECT date_bin(INTERVAL '1 hour', phenomenon_time, dirty.day_start) AS hour_start,
                       count(*) AS usable_count, avg(result) AS mean,
                       avg(sind(result)) FILTER (WHERE properties.is_circular) AS sine,
                       avg(cosd(result)) FILTER (WHERE properties.is_circular) AS cosine
                FROM observations
                WHERE NOT dirty.has_whole_hours
                  AND observations.datastream_id = dirty.datastream_id
                  AND observations.phenomenon_time >= dirty.day_start
                  AND observations.phenomenon_time < dirty.day_end
                  AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
                  AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
                  AND quality < 4 AND %(figures)s::boolean
                GROUP BY 1
            ) AS local_hour
            CROSS JOIN LATERAL (
                SELECT floor(sum(extract(epoch FROM least(until, hour_end) - greatest(since, hour_start))
                                 / interval_seconds)) AS value_count
                FROM expectations AS expectation
                CROSS JOIN LATERAL (
                    SELECT least(local_hour.hour_start + INTERVAL '1 hour', dirty.day_end) AS hour_end
                ) AS ends
                WHERE expectation.datastream_id = dirty.datastream_id
                  AND expectation.since < hour_end AND expectation.until > local_hour.hour_start
            ) AS local_expected
        ) AS hour
        WHERE hour.mean IS NOT NULL AND %(figures)s::boolean
          AND hour.usable_count >= coalesce(0.75 * hour.expected_count, 0)
    ) AS hours
    CROSS JOIN LATERAL (
        -- A little before the day and after it as well, of quality 0 here: whether what is next to it follows soon enough.
        SELECT count(*) FILTER (WHERE quality > 0) AS observation_count,
               max(phenomenon_time) AS last_moment,
               bool_or(phenomenon_time < dirty.day_start) AS has_before,
               bool_or(phenomenon_time >= dirty.day_end) AS has_after,
               bool_or(is_late) AS has_gap,
               min(result) FILTER (WHERE is_usable AND NOT properties.is_circular) AS minimum,
               max(result) FILTER (WHERE is_usable AND NOT properties.is_circular) AS maximum,
               stddev_samp(result) FILTER (WHERE is_usable AND NOT properties.is_circular) AS standard_deviation,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY result)
                   FILTER (WHERE is_usable AND NOT properties.is_circular) AS quantiles,
               count(*) FILTER (WHERE quality = 1) AS good_count,
               count(*) FILTER (WHERE quality = 2) AS not_evaluated_count,
               count(*) FILTER (WHERE quality = 3) AS suspect_count,
               count(*) FILTER (WHERE quality = 4) AS bad_count
        FROM (
            SELECT phenomenon_time, result,
                   CASE WHEN is_inside THEN quality ELSE 0 END AS quality,
                   is_inside AND quality < 4 AND %(figures)s::boolean AS is_usable,
                   quality = 9 OR phenomenon_time > lag(phenomenon_time) OVER (ORDER BY phenomenon_time) + shortest.gap
                       AS is_late
            FROM observations
            CROSS JOIN LATERAL (
                SELECT phenomenon_time >= dirty.day_start AND phenomenon_time < dirty.day_end AS is_inside
            ) AS placed
            WHERE observations.datastream_id = dirty.datastream_id
              AND observations.phenomenon_time >= dirty.day_start - coalesce(shortest.gap, INTERVAL '0')
              AND observations.phenomenon_time < dirty.day_end + coalesce(shortest.gap, INTERVAL '0')
              AND observations.phenomenon_time >= to_timestamp(%(start)s::int8) - INTERVAL '1 day'
              AND observations.phenomenon_time < to_timestamp(%(end)s::int8) + INTERVAL '1 day'
            OFFSET 0  -- as above
        ) AS values
    ) AS observed
    WHERE dirty.is_day
),
written AS (
    INSERT INTO observations_daily AS bucket
        (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
         standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
         valid_hour_count)
    SELECT datastream_id, day_start, observation_count, value_count, mean, minimum, maximum,
           standard_deviation, quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, valid_count
    FROM computed
    WHERE observation_count > 0
    ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
        observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
        mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
        standard_deviation = EXCLUDED.standard_deviation,
        p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
        good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
        suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count,
        valid_hour_count = EXCLUDED.valid_hour_count, computed_at = now()
)
SELECT datastream_id, extract(epoch FROM day_start)::int8
FROM computed
JOIN shortest USING (datastream_id)
WHERE observation_count > 0 AND has_before AND (has_after OR last_moment >= now() - gap) AND has_gap IS NOT TRUE
  AND NOT EXISTS (
      SELECT FROM gaps
      WHERE gaps.datastream_id = computed.datastream_id AND began_at < day_end
        AND (ended_at IS NULL OR ended_at >= day_start))

-- remove_buckets --
-- What a roll-up says of a span of one datastream: it would be old.
DELETE FROM {table}
WHERE datastream_id = %(datastream_id)s
  AND bucket_start >= to_timestamp(%(bucket_epoch)s)
  AND bucket_start < to_timestamp(%(bucket_epoch)s) + make_interval(secs => %(seconds)s)

-- due_set_aside --
-- Buckets of these widths that could not be computed, to be tried again: those tried longest ago.
SELECT datastream_id, bucket_epoch
FROM set_aside_buckets
WHERE bucket_seconds = ANY (%(widths)s::int4[]) AND tried_at <= now() - make_interval(secs => %(retry_seconds)s)
ORDER BY tried_at
LIMIT %(buckets_max)s

-- take_up_set_aside --
-- Those of these widths that lie within these spans are computed anew: they are not set aside any more.
DELETE FROM set_aside_buckets AS aside
USING unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS spans (datastream_id, span_epoch)
WHERE aside.datastream_id = spans.datastream_id AND aside.bucket_seconds = ANY (%(widths)s::int4[])
  AND aside.bucket_epoch >= spans.span_epoch AND aside.bucket_epoch < spans.span_epoch + %(span)s
RETURNING aside.bucket_seconds, aside.datastream_id, aside.bucket_epoch, aside.set_aside_at

-- set_aside --
-- A bucket that cannot be computed, since when and why.
INSERT INTO set_aside_buckets (datastream_id, bucket_seconds, bucket_epoch, reason, set_aside_at)
VALUES (%(datastream_id)s, %(seconds)s, %(bucket_epoch)s, %(reason)s,
        coalesce(%(set_aside_at)s::timestamptz, now()))
ON CONFLICT (datastream_id, bucket_seconds, bucket_epoch) DO UPDATE SET
    reason = EXCLUDED.reason, tried_at = now()
