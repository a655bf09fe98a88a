-- lock_rollups --
-- One roll-up at a time in the whole database, until the transaction ends; and whether any bucket is set
-- aside, as nearly always none is.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_rollups')), EXISTS (SELECT FROM set_aside_buckets)

-- take_dirty_buckets --
-- Take the oldest notes away, at least one; they come back if this transaction fails. A batch of
-- a file of hourly values notes as many buckets as it has rows, so their number is bounded too. Each hour once, with
-- the first and the last instant (microseconds) that was put into it; without a first one anything may have happened.
WITH oldest AS (
    SELECT batch_id, cardinality(datastream_ids) AS buckets
    FROM dirty_buckets ORDER BY batch_id LIMIT %(batches_max)s
),
counted AS (
    SELECT batch_id, sum(buckets) OVER (ORDER BY batch_id) - buckets AS buckets_before FROM oldest
),
taken AS (
    DELETE FROM dirty_buckets
    WHERE batch_id IN (SELECT batch_id FROM counted WHERE buckets_before < %(noted_max)s)
    RETURNING datastream_ids, bucket_hours, first_times, last_times
)
SELECT datastream_id, bucket_hour * 3600::bigint,
       CASE WHEN bool_and(first_time IS NOT NULL) THEN min(first_time) END, max(last_time)
FROM taken
CROSS JOIN LATERAL unnest(datastream_ids, bucket_hours, first_times, last_times)
     AS noted (datastream_id, bucket_hour, first_time, last_time)
GROUP BY datastream_id, bucket_hour

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
-- The roll-up of these runs of hours (or of single quarters) from their observations, which one look into an index finds. Directions get the
-- mean of unit vectors; their extremes and quantiles mean nothing and stay NULL, as the total does of what does not
-- add up. Flags 4 and 9 count, but not in values. Without figures there are only counts, which no result can spoil.
WITH expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT unnest(%(datastream_ids)s::int4[]) AS datastream_id) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
)
INSERT INTO {table} AS bucket
    (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
     standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
     first_result, last_result, total, counted_until)
SELECT
    computed.datastream_id, computed.bucket_start, computed.observation_count,
    -- + expected_count
    , computed.mean, computed.minimum, computed.maximum, computed.standard_deviation,
    computed.quantiles[1], computed.quantiles[2], computed.quantiles[3],
    computed.good_count, computed.not_evaluated_count, computed.suspect_count, computed.bad_count,
    computed.first_result, computed.last_result, computed.total, computed.counted_until
FROM (
    SELECT
        dirty.datastream_id,
        date_bin(make_interval(secs => %(seconds)s), observed.phenomenon_time, dirty.run_start) AS bucket_start,
        CASE WHEN dirty.is_circular THEN
            (degrees(atan2(avg(sind(observed.scalar_or_angle)) FILTER (WHERE dirty.is_circular),
                           avg(cosd(observed.scalar_or_angle)) FILTER (WHERE dirty.is_circular)))::numeric
             + 360) %% 360
        ELSE avg(observed.scalar) END AS mean,
        -- + figures
    FROM (
        SELECT datastreams.datastream_id, to_timestamp(bucket_epoch) AS run_start,
               to_timestamp(bucket_epoch + run_seconds) AS run_end, is_circular, is_amount
        FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[], %(runs_seconds)s::int4[])
             AS runs (datastream_id, bucket_epoch, run_seconds)
        JOIN datastreams USING (datastream_id)
        JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    ) AS dirty
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, quality,
               CASE WHEN quality < 4 AND %(figures)s::boolean THEN result END AS scalar_or_angle,
               CASE WHEN quality < 4 AND %(figures)s::boolean AND NOT dirty.is_circular THEN result END AS scalar
        FROM observations
        WHERE observations.datastream_id = dirty.datastream_id
          AND observations.phenomenon_time >= dirty.run_start AND observations.phenomenon_time < dirty.run_end
          AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
          AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
        OFFSET 0  -- one index range a run, whatever the statistics of a young chunk say
    ) AS observed
    GROUP BY dirty.datastream_id, dirty.run_start, dirty.is_circular, dirty.is_amount, 2
) AS computed
-- + whole_and_parts
ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
    -- + replaced_figures
    , counted_until = EXCLUDED.counted_until, computed_at = now()

-- figures --
-- What is computed of the values of a bucket, besides their mean. scalar is NULL for what does not count in values and for
-- directions, which every aggregate leaves out.
        count(*) AS observation_count,
        min(observed.scalar) AS minimum,
        max(observed.scalar) AS maximum,
        stddev_samp(observed.scalar) AS standard_deviation,
        percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY observed.scalar) AS quantiles,
        first(observed.scalar_or_angle, observed.phenomenon_time) FILTER (WHERE observed.scalar_or_angle IS NOT NULL) AS first_result,
        last(observed.scalar_or_angle, observed.phenomenon_time) FILTER (WHERE observed.scalar_or_angle IS NOT NULL) AS last_result,
        CASE WHEN dirty.is_amount THEN sum(observed.scalar) END AS total,
        max(observed.phenomenon_time) AS counted_until,
        count(*) FILTER (WHERE observed.quality = 1) AS good_count,
        count(*) FILTER (WHERE observed.quality = 2) AS not_evaluated_count,
        count(*) FILTER (WHERE observed.quality = 3) AS suspect_count,
        count(*) FILTER (WHERE observed.quality = 4) AS bad_count

-- add_to_buckets --
-- Hours of which all that is new is newer than what they hold: it is added to them and to their quarters by the rules of combining
-- means and variances (Chan, Golub, LeVeque), and the rest of the hour is not read. Quantiles stay as they are but for
-- quarters that begin; the hour is noted, to be computed whole once it has ended. What comes back are the hours that this was done to.
WITH held AS MATERIALIZED (
    SELECT datastreams.datastream_id, bucket_epoch, hour_start, counted_until,
           '1970-01-01T00:00Z'::timestamptz + last_time * INTERVAL '1 microsecond' AS last_moment, is_amount, false AS is_circular
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[], %(first_times)s::int8[], %(last_times)s::int8[])
         AS noted (datastream_id, bucket_epoch, first_time, last_time)
    JOIN datastreams USING (datastream_id)
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    CROSS JOIN LATERAL (SELECT to_timestamp(bucket_epoch) AS hour_start) AS begins
    CROSS JOIN LATERAL (
        SELECT counted_until FROM observations_hourly AS hour
        WHERE hour.datastream_id = noted.datastream_id AND hour.bucket_start = hour_start
          AND hour.bucket_start >= to_timestamp(%(start)s::int8) AND hour.bucket_start < to_timestamp(%(end)s::int8)
          AND hour.observation_count >= %(rows_min)s AND hour.mean IS NOT NULL
        OFFSET 0
    ) AS known
    WHERE NOT properties.is_circular
      AND first_time > extract(epoch FROM counted_until) * 1000000
      AND NOT EXISTS (
          SELECT FROM set_aside_buckets AS aside
          WHERE aside.datastream_id = noted.datastream_id AND bucket_seconds <= 3600
            AND aside.bucket_epoch >= noted.bucket_epoch AND aside.bucket_epoch < noted.bucket_epoch + 3600)
),
expectations AS MATERIALIZED (
    SELECT expectation.*
    FROM (SELECT DISTINCT datastream_id FROM held) AS touched
    JOIN datastream_expectations AS expectation USING (datastream_id)
),
news AS MATERIALIZED (
    SELECT dirty.datastream_id, dirty.hour_start, observed.quarter_start, avg(observed.scalar) AS mean,
           -- + figures
    FROM held AS dirty
    CROSS JOIN LATERAL (
        SELECT phenomenon_time, quality, date_bin(INTERVAL '15 minutes', phenomenon_time, dirty.hour_start) AS quarter_start,
               CASE WHEN quality < 4 THEN result END AS scalar, CASE WHEN quality < 4 THEN result END AS scalar_or_angle
        FROM observations
        WHERE observations.datastream_id = dirty.datastream_id
          AND observations.phenomenon_time > dirty.counted_until AND observations.phenomenon_time <= dirty.last_moment
          AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
          AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
        OFFSET 0
    ) AS observed
    GROUP BY GROUPING SETS ((dirty.datastream_id, dirty.hour_start, dirty.is_amount),
                            (dirty.datastream_id, dirty.hour_start, dirty.is_amount, observed.quarter_start))
),
added_to_quarters AS (
    INSERT INTO observations_quarter_hourly AS bucket
        (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
         standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
         first_result, last_result, total, counted_until)
    SELECT computed.datastream_id, computed.bucket_start, observation_count,
           -- + expected_count
           , mean, minimum, maximum, standard_deviation, quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, first_result, last_result, total, counted_until
    FROM (SELECT *, quarter_start AS bucket_start FROM news WHERE quarter_start IS NOT NULL) AS computed
    -- + whole_and_parts
    ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
        -- + added_figures
),
added_to_hours AS (
    INSERT INTO observations_hourly AS bucket
        (datastream_id, bucket_start, observation_count, mean, minimum, maximum,
         standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
         first_result, last_result, total, counted_until)
    SELECT datastream_id, hour_start, observation_count, mean, minimum, maximum, standard_deviation,
           quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, first_result, last_result, total, counted_until
    FROM news
    WHERE quarter_start IS NULL
    ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
        -- + added_figures
),
noted_hours AS (
    INSERT INTO added_hours (datastream_id, bucket_start)
    SELECT datastream_id, hour_start FROM held
    ON CONFLICT DO NOTHING
)
SELECT datastream_id, bucket_epoch FROM held

-- added_figures --
-- What a bucket holds with what is new. Where a calculation leaves the range of numbers the statement fails, and the hour
-- is computed whole.
    observation_count = bucket.observation_count + EXCLUDED.observation_count,
    mean = CASE
        WHEN EXCLUDED.mean IS NULL THEN bucket.mean
        WHEN bucket.mean IS NULL THEN EXCLUDED.mean
        ELSE bucket.mean + (EXCLUDED.mean - bucket.mean)
             * ((EXCLUDED.good_count + EXCLUDED.not_evaluated_count + EXCLUDED.suspect_count)::float8
                / (bucket.good_count + bucket.not_evaluated_count + bucket.suspect_count
                   + EXCLUDED.good_count + EXCLUDED.not_evaluated_count + EXCLUDED.suspect_count)) END,
    minimum = least(bucket.minimum, EXCLUDED.minimum),
    maximum = greatest(bucket.maximum, EXCLUDED.maximum),
    standard_deviation = CASE
        WHEN EXCLUDED.mean IS NULL THEN bucket.standard_deviation
        WHEN bucket.mean IS NULL THEN EXCLUDED.standard_deviation
        ELSE (
            SELECT sqrt((coalesce(bucket.standard_deviation * bucket.standard_deviation * (old_count - 1), 0)
                         + coalesce(EXCLUDED.standard_deviation * EXCLUDED.standard_deviation * (new_count - 1), 0)
                         + (EXCLUDED.mean - bucket.mean) * (EXCLUDED.mean - bucket.mean)
                           * (old_count * new_count / (old_count + new_count)))
                        / (old_count + new_count - 1))
            FROM (SELECT (bucket.good_count + bucket.not_evaluated_count + bucket.suspect_count)::float8 AS old_count,
                         (EXCLUDED.good_count + EXCLUDED.not_evaluated_count + EXCLUDED.suspect_count)::float8 AS new_count)
                 AS counts) END,
    p05 = coalesce(bucket.p05, EXCLUDED.p05), p50 = coalesce(bucket.p50, EXCLUDED.p50), p95 = coalesce(bucket.p95, EXCLUDED.p95),
    good_count = bucket.good_count + EXCLUDED.good_count,
    not_evaluated_count = bucket.not_evaluated_count + EXCLUDED.not_evaluated_count,
    suspect_count = bucket.suspect_count + EXCLUDED.suspect_count,
    bad_count = bucket.bad_count + EXCLUDED.bad_count,
    first_result = coalesce(bucket.first_result, EXCLUDED.first_result),
    last_result = coalesce(EXCLUDED.last_result, bucket.last_result),
    total = CASE WHEN bucket.total IS NULL THEN EXCLUDED.total WHEN EXCLUDED.total IS NULL THEN bucket.total
                 ELSE bucket.total + EXCLUDED.total END,
    counted_until = greatest(bucket.counted_until, EXCLUDED.counted_until), computed_at = now()

-- take_added_hours --
-- Hours to be computed whole: those that ended long enough ago, and those that were noted long enough ago.
DELETE FROM added_hours
WHERE (datastream_id, bucket_start) IN (
    SELECT datastream_id, bucket_start
    FROM added_hours
    WHERE bucket_start <= now() - INTERVAL '1 hour' - make_interval(secs => %(ended_seconds)s::float8)
       OR noted_at <= now() - make_interval(secs => %(open_seconds)s::float8)
    ORDER BY bucket_start, datastream_id
    LIMIT %(hours_max)s
)
RETURNING datastream_id, extract(epoch FROM bucket_start)::bigint

-- put_back_added_hours --
-- For which there was no time: they are due as before.
INSERT INTO added_hours (datastream_id, bucket_start, noted_at)
SELECT datastream_id, to_timestamp(bucket_epoch), '-infinity'
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS hours (datastream_id, bucket_epoch)
ON CONFLICT DO NOTHING

-- put_back_days --
INSERT INTO dirty_days (datastream_id, bucket_start, noted_at)
SELECT datastream_id, to_timestamp(bucket_epoch), '-infinity'
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
ON CONFLICT DO NOTHING

-- expected_count --
    coalesce(%(seconds)s / whole.interval_seconds, parts.value_count)

-- whole_and_parts --
-- What is expected of a bucket: by the interval that holds in the whole of it, else the sum of what each part makes expect.
LEFT JOIN expectations AS whole
    ON whole.datastream_id = computed.datastream_id AND whole.since <= computed.bucket_start
    AND whole.until >= computed.bucket_start + make_interval(secs => %(seconds)s)
CROSS JOIN LATERAL (
    SELECT floor(sum(extract(epoch FROM least(until, computed.bucket_start + make_interval(secs => %(seconds)s))
                             - greatest(since, computed.bucket_start)) / interval_seconds)) AS value_count
    FROM expectations AS expectation
    WHERE whole.datastream_id IS NULL AND expectation.datastream_id = computed.datastream_id
      AND expectation.since < computed.bucket_start + make_interval(secs => %(seconds)s)
      AND expectation.until > computed.bucket_start
) AS parts

-- replaced_figures --
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count,
    first_result = EXCLUDED.first_result, last_result = EXCLUDED.last_result, total = EXCLUDED.total

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
               min(scalar) AS minimum, max(scalar) AS maximum, stddev_samp(scalar) AS standard_deviation,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY scalar) AS quantiles,
               first(usable, phenomenon_time) FILTER (WHERE usable IS NOT NULL) AS first_result,
               last(usable, phenomenon_time) FILTER (WHERE usable IS NOT NULL) AS last_result,
               CASE WHEN properties.is_amount THEN sum(scalar) END AS total,
               count(*) FILTER (WHERE quality = 1) AS good_count,
               count(*) FILTER (WHERE quality = 2) AS not_evaluated_count,
               count(*) FILTER (WHERE quality = 3) AS suspect_count,
               count(*) FILTER (WHERE quality = 4) AS bad_count
        FROM (
            SELECT phenomenon_time,
                   CASE WHEN is_inside THEN quality ELSE 0 END AS quality,
                   CASE WHEN is_inside AND quality < 4 AND %(figures)s::boolean THEN result END AS usable,
                   CASE WHEN is_inside AND quality < 4 AND %(figures)s::boolean AND NOT properties.is_circular
                        THEN result END AS scalar,
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
         valid_hour_count, first_result, last_result, total)
    SELECT datastream_id, day_start, observation_count, value_count, mean, minimum, maximum,
           standard_deviation, quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, valid_count, first_result, last_result, total
    FROM computed
    WHERE observation_count > 0
    ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
        -- + replaced_figures
        , valid_hour_count = EXCLUDED.valid_hour_count, computed_at = now()
),
removed AS (
    DELETE FROM observations_daily AS bucket USING computed
    WHERE computed.observation_count = 0
      AND bucket.datastream_id = computed.datastream_id AND bucket.bucket_start = computed.day_start
)
SELECT datastream_id, extract(epoch FROM day_start)::int8
FROM computed
JOIN shortest USING (datastream_id)
WHERE observation_count > 0 AND has_before AND (has_after OR last_moment >= now() - gap) AND has_gap IS NOT TRUE
  AND NOT EXISTS (
      SELECT FROM gaps
      WHERE gaps.datastream_id = computed.datastream_id AND began_at < day_end
        AND (ended_at IS NULL OR ended_at >= day_start))

-- note_periods --
-- The local months and years of these days must be recomputed; the first note of each counts.
INSERT INTO dirty_periods (bucket_months, datastream_id, bucket_start)
SELECT months, datastream_id, local_day_start(local_date, zone)
FROM (
    SELECT DISTINCT months, datastream_id, zone, date_trunc(unit, to_timestamp(bucket_epoch) AT TIME ZONE zone)::date AS local_date
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN (VALUES (1, 'month'), (12, 'year')) AS units (months, unit)
) AS periods
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING

-- take_dirty_periods --
-- Months or years whose notes are old enough, the oldest notes first; not while days that have ended wait in them,
-- since each of those notes them again.
DELETE FROM dirty_periods
WHERE (bucket_months, datastream_id, bucket_start) IN (
    SELECT bucket_months, datastream_id, bucket_start
    FROM dirty_periods AS period
    CROSS JOIN LATERAL (SELECT bucket_start + make_interval(months => bucket_months) AS bucket_end) AS ends
    WHERE bucket_months = %(months)s
      AND noted_at <= now() - make_interval(
          secs => CASE WHEN bucket_end <= now() THEN %(ended_seconds)s ELSE %(open_seconds)s END::float8)
      AND NOT EXISTS (
          SELECT FROM dirty_days
          WHERE dirty_days.datastream_id = period.datastream_id AND dirty_days.bucket_start >= period.bucket_start
            AND dirty_days.bucket_start < bucket_end AND dirty_days.bucket_start <= now() - INTERVAL '1 day')
    ORDER BY noted_at
    LIMIT %(periods_max)s
)
RETURNING datastream_id, extract(epoch FROM bucket_start)::bigint

-- recompute_periods --
-- The roll-up of local months or years. Counts, extremes, the first and last value and the total are those of the days that have
-- any; the mean is that of the valid days' means, if three quarters of the days are valid; deviation and quantiles are those
-- of the valid hours' means, of which a year has 8,760: they are what guidelines speak of, and the results of a year may be
-- thirty million. What is no month of the datastream's zone (any more) is left out.
WITH dirty AS MATERIALIZED (
    SELECT datastream_id, period_start, period_end
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS periods (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (
        SELECT date_trunc(%(unit)s::text, to_timestamp(bucket_epoch) AT TIME ZONE zone)::date AS local_date
    ) AS local
    CROSS JOIN LATERAL (
        SELECT local_day_start(local_date, zone) AS period_start,
               local_day_start((local_date + make_interval(months => %(months)s))::date, zone) AS period_end
    ) AS bounds
    WHERE period_start = to_timestamp(bucket_epoch)
),
expected AS MATERIALIZED (
    SELECT datastream_id, period_start,
           floor(sum(seconds / interval_seconds))::bigint AS value_count,
           sum(seconds / greatest(86400, interval_seconds)) AS day_count
    FROM dirty
    JOIN datastream_expectations USING (datastream_id)
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM least(until, period_end) - greatest(since, period_start)) AS seconds
    ) AS parts
    WHERE since < period_end AND until > period_start
    GROUP BY datastream_id, period_start
),
computed AS MATERIALIZED (
    SELECT dirty.datastream_id, dirty.period_start, days.*, hours.*, expected.value_count,
           CASE WHEN days.valid_count > 0 AND days.valid_count >= coalesce(0.75 * expected.day_count, 0)
                THEN CASE WHEN properties.is_circular THEN days.direction ELSE days.day_mean END END AS mean
    FROM dirty
    JOIN datastreams ON datastreams.datastream_id = dirty.datastream_id
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    LEFT JOIN expected ON expected.datastream_id = dirty.datastream_id AND expected.period_start = dirty.period_start
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(observation_count), 0) AS observation_count,
               count(day.mean) AS valid_count,
               avg(day.mean) FILTER (WHERE %(figures)s::boolean) AS day_mean,
               (degrees(atan2(avg(sind(day.mean)) FILTER (WHERE %(figures)s::boolean AND properties.is_circular),
                              avg(cosd(day.mean)) FILTER (WHERE %(figures)s::boolean AND properties.is_circular)))::numeric
                + 360) %% 360 AS direction,
               min(minimum) FILTER (WHERE %(figures)s::boolean) AS minimum,
               max(maximum) FILTER (WHERE %(figures)s::boolean) AS maximum,
               first(first_result, bucket_start)
                   FILTER (WHERE first_result IS NOT NULL AND %(figures)s::boolean) AS first_result,
               last(last_result, bucket_start)
                   FILTER (WHERE last_result IS NOT NULL AND %(figures)s::boolean) AS last_result,
               sum(day.total) FILTER (WHERE %(figures)s::boolean) AS total,
               sum(good_count) AS good_count, sum(not_evaluated_count) AS not_evaluated_count,
               sum(suspect_count) AS suspect_count, sum(bad_count) AS bad_count
        FROM (
            SELECT * FROM observations_daily
            WHERE observations_daily.datastream_id = dirty.datastream_id
              AND bucket_start >= dirty.period_start AND bucket_start < dirty.period_end
            OFFSET 0
        ) AS day
    ) AS days
    CROSS JOIN LATERAL (
        SELECT stddev_samp(mean) AS standard_deviation,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY mean) AS quantiles
        FROM (
            SELECT mean FROM observations_hourly
            WHERE observations_hourly.datastream_id = dirty.datastream_id
              AND bucket_start >= dirty.period_start AND bucket_start < dirty.period_end
              AND good_count + not_evaluated_count + suspect_count >= coalesce(0.75 * expected_count, 0)
              AND mean IS NOT NULL AND NOT properties.is_circular AND %(figures)s::boolean
            OFFSET 0
        ) AS hour
    ) AS hours
),
written AS (
    INSERT INTO {table} AS bucket
        (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
         standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
         valid_day_count, first_result, last_result, total)
    SELECT datastream_id, period_start, observation_count, value_count, mean, minimum, maximum,
           standard_deviation, quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, valid_count, first_result, last_result, total
    FROM computed
    WHERE observation_count > 0
    ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
        -- + replaced_figures
        , valid_day_count = EXCLUDED.valid_day_count, computed_at = now()
)
DELETE FROM {table} AS bucket USING computed
WHERE computed.observation_count = 0
  AND bucket.datastream_id = computed.datastream_id AND bucket.bucket_start = computed.period_start

-- remove_empty --
-- Buckets within these hours that this transaction has not written, though it computed the hours: no observation of theirs is left.
DELETE FROM {table} AS bucket
USING unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS hours (datastream_id, bucket_epoch)
WHERE bucket.datastream_id = hours.datastream_id
  AND bucket.bucket_start >= to_timestamp(bucket_epoch) AND bucket.bucket_start < to_timestamp(bucket_epoch) + INTERVAL '1 hour'
  AND bucket.bucket_start >= to_timestamp(%(start)s::int8) AND bucket.bucket_start < to_timestamp(%(end)s::int8)
  AND bucket.computed_at < now()

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
