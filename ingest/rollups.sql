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
-- The local days of these hours must be recomputed; the first note of a day counts.
INSERT INTO dirty_days (datastream_id, bucket_start)
SELECT datastream_id, date_trunc('day', to_timestamp(bucket_epoch), %(zone)s)
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
JOIN datastreams USING (datastream_id)
WHERE datastreams.result_type = 'measurement'
GROUP BY 1, 2
ORDER BY 1, 2
ON CONFLICT DO NOTHING

-- note_dataset_days --
-- The datasets' days to which these hours belong have changed once more.
INSERT INTO dataset_days AS day (source_id, local_date)
SELECT things.source_id, (to_timestamp(bucket_epoch) AT TIME ZONE %(zone)s)::date
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
GROUP BY 1, 2
ORDER BY 1, 2
ON CONFLICT (source_id, local_date) DO UPDATE SET
    change_count = day.change_count + 1, changed_at = now(),
    due_since = CASE WHEN day.written_change_count = day.change_count THEN now() ELSE day.due_since END

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
INSERT INTO {table} AS bucket
    (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
     standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count)
SELECT
    dirty.datastream_id,
    date_bin(make_interval(secs => %(seconds)s), observed.phenomenon_time, dirty.span_start),
    count(*),
    %(seconds)s / max(datastreams.interval_seconds),
    CASE WHEN bool_or(properties.is_circular) THEN
        (degrees(atan2(avg(sind(observed.result)) FILTER (WHERE observed.is_usable),
                       avg(cosd(observed.result)) FILTER (WHERE observed.is_usable)))::numeric
         + 360) %% 360
    ELSE avg(observed.result) FILTER (WHERE observed.is_usable) END,
    min(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    max(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    stddev_samp(observed.result) FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    percentile_cont(0.05) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    percentile_cont(0.50) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.is_usable AND NOT properties.is_circular),
    count(*) FILTER (WHERE observed.quality = 1),
    count(*) FILTER (WHERE observed.quality = 2),
    count(*) FILTER (WHERE observed.quality = 3),
    count(*) FILTER (WHERE observed.quality = 4)
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
-- expected less often); without an expectation, whatever there is counts. An hour outside of these days
-- is not looked at, so the zone's days must begin with a UTC hour, as those of UTC+4 do.
INSERT INTO observations_daily AS bucket
    (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
     standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
     valid_hour_count)
SELECT
    dirty.datastream_id,
    dirty.day_start,
    observed.observation_count,
    extract(epoch FROM dirty.day_end - dirty.day_start)::integer / datastreams.interval_seconds,
    CASE WHEN hours.valid_count > 0
              AND (datastreams.interval_seconds IS NULL
                   OR hours.valid_count >= 0.75 * least(
                       hours.all_count,
                       extract(epoch FROM dirty.day_end - dirty.day_start) / datastreams.interval_seconds))
         THEN CASE WHEN properties.is_circular THEN hours.direction ELSE hours.mean END END,
    observed.minimum, observed.maximum, observed.standard_deviation,
    observed.quantiles[1], observed.quantiles[2], observed.quantiles[3],
    observed.good_count, observed.not_evaluated_count, observed.suspect_count, observed.bad_count,
    hours.valid_count
FROM (
    SELECT datastream_id, to_timestamp(bucket_epoch) AS day_start,
           (to_timestamp(bucket_epoch) AT TIME ZONE %(zone)s + INTERVAL '1 day') AT TIME ZONE %(zone)s AS day_end
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
) AS dirty
JOIN datastreams ON datastreams.datastream_id = dirty.datastream_id
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
CROSS JOIN LATERAL (
    SELECT count(*) AS valid_count,
           extract(epoch FROM dirty.day_end - dirty.day_start) / 3600 AS all_count,
           avg(hour.mean) AS mean,
           (degrees(atan2(avg(sind(hour.mean)), avg(cosd(hour.mean))))::numeric + 360) %% 360 AS direction
    FROM observations_hourly AS hour
    WHERE hour.datastream_id = dirty.datastream_id
      AND hour.bucket_start >= dirty.day_start
      AND hour.bucket_start < dirty.day_end
      AND hour.mean IS NOT NULL AND %(figures)s::boolean
      AND hour.good_count + hour.not_evaluated_count + hour.suspect_count
          >= coalesce(0.75 * hour.expected_count, 0)
) AS hours
CROSS JOIN LATERAL (
    SELECT count(*) AS observation_count,
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
        SELECT result, quality, quality < 4 AND %(figures)s::boolean AS is_usable
        FROM observations
        WHERE observations.datastream_id = dirty.datastream_id
          AND observations.phenomenon_time >= dirty.day_start
          AND observations.phenomenon_time < dirty.day_end
          AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
          AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
        OFFSET 0  -- as above
    ) AS values
) AS observed
WHERE observed.observation_count > 0
ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count,
    valid_hour_count = EXCLUDED.valid_hour_count, computed_at = now()

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
