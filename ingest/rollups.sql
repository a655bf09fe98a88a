-- lock_rollups --
-- One roll-up at a time in the whole database, until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_rollups'))

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

-- recompute_hours --
-- The roll-up of these hours from their observations. Directions get the mean of unit vectors;
-- their extremes and quantiles mean nothing and stay NULL. Flags 4 and 9 count, but not in values.
INSERT INTO observations_hourly AS hourly
    (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
     standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count)
SELECT
    dirty.datastream_id,
    dirty.bucket_start,
    count(*),
    3600 / max(datastreams.interval_seconds),
    CASE WHEN bool_or(properties.is_circular) THEN
        (degrees(atan2(avg(sind(observed.result)) FILTER (WHERE observed.quality < 4),
                       avg(cosd(observed.result)) FILTER (WHERE observed.quality < 4)))::numeric
         + 360) %% 360
    ELSE avg(observed.result) FILTER (WHERE observed.quality < 4) END,
    min(observed.result) FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    max(observed.result) FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    stddev_samp(observed.result) FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    percentile_cont(0.05) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    percentile_cont(0.50) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY observed.result)
        FILTER (WHERE observed.quality < 4 AND NOT properties.is_circular),
    count(*) FILTER (WHERE observed.quality = 1),
    count(*) FILTER (WHERE observed.quality = 2),
    count(*) FILTER (WHERE observed.quality = 3),
    count(*) FILTER (WHERE observed.quality = 4)
FROM (
    SELECT datastream_id, to_timestamp(bucket_hour::bigint * 3600) AS bucket_start
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_hours)s::int4[]) AS buckets (datastream_id, bucket_hour)
) AS dirty
JOIN datastreams ON datastreams.datastream_id = dirty.datastream_id
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
CROSS JOIN LATERAL (
    SELECT result, quality
    FROM observations
    WHERE observations.datastream_id = dirty.datastream_id
      AND observations.phenomenon_time >= dirty.bucket_start
      AND observations.phenomenon_time < dirty.bucket_start + INTERVAL '1 hour'
      AND observations.phenomenon_time >= %(start)s
      AND observations.phenomenon_time < %(end)s
    OFFSET 0  -- one index range a bucket, whatever the statistics of a young chunk say
) AS observed
GROUP BY dirty.datastream_id, dirty.bucket_start
ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count, computed_at = now()
