-- note_days --
-- The local days of these runs of hours must be recomputed; the first note of a day counts. An hour of UTC lies in two
-- days where a zone's offset is not of whole hours.
INSERT INTO dirty_days (datastream_id, bucket_start)
SELECT datastream_id, local_day_start(local_date, zone)
FROM (
    SELECT DISTINCT datastream_id, zone, (moment AT TIME ZONE zone)::date AS local_date
    FROM
        -- + moments_of_runs
    JOIN datastreams USING (datastream_id)
    JOIN datastream_zones USING (datastream_id)
    WHERE datastreams.result_type = 'measurement'
) AS days
ORDER BY 1, 2
ON CONFLICT DO NOTHING

-- note_dataset_days --
-- The datasets' days to which these runs of hours belong have changed once more.
INSERT INTO dataset_days AS day (source_id, local_date)
SELECT DISTINCT sources.source_id, (moment AT TIME ZONE coalesce(sources.zone, city_zone()))::date
FROM
    -- + moments_of_runs
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
JOIN sources USING (source_id)
ORDER BY 1, 2
ON CONFLICT (source_id, local_date) DO UPDATE SET
    change_count = day.change_count + 1, changed_at = now(),
    due_since = CASE WHEN day.written_change_count = day.change_count THEN now() ELSE day.due_since END

-- moments_of_runs --
-- Instants of runs of hours, of which one lies in each local day that they touch: their ends, and the middle of those in which a
-- short day has room, as a run is a day long at most.
    (
        SELECT datastream_id, to_timestamp(bucket_epoch + seconds) AS moment
        FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[], %(runs_seconds)s::int4[])
             AS runs (datastream_id, bucket_epoch, run_seconds)
        CROSS JOIN LATERAL (VALUES (0), (run_seconds - 1), (run_seconds / 2)) AS moments (seconds)
        WHERE run_seconds > 72000 OR seconds <> run_seconds / 2
    ) AS moments_of_runs

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

-- take_dirty_days --
-- Days that have ended at once, oldest first; a day that goes on once its note is old enough. At least one, and so many as
-- may hold so many values by what is expected of them, a value a minute where nothing is.
WITH oldest AS (
    SELECT datastream_id, bucket_start
    FROM dirty_days
    WHERE bucket_start <= now() - INTERVAL '1 day'
       OR noted_at <= now() - make_interval(secs => %(open_seconds)s)
    ORDER BY bucket_start, datastream_id
    LIMIT %(days_max)s
),
counted AS (
    SELECT datastream_id, bucket_start,
           sum(value_count) OVER (ORDER BY bucket_start, datastream_id) - value_count AS values_before
    FROM oldest
    LEFT JOIN datastreams USING (datastream_id)
    CROSS JOIN LATERAL (SELECT greatest(1, 86400 / coalesce(interval_seconds, 60)) AS value_count) AS expected
)
DELETE FROM dirty_days
WHERE (datastream_id, bucket_start) IN (
    SELECT datastream_id, bucket_start FROM counted WHERE values_before < %(values_max)s)
RETURNING datastream_id, extract(epoch FROM bucket_start)::bigint

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

-- recompute_days --
-- The roll-up of local days: counts, extremes, deviation and quantiles from the observations, the mean
-- from the means of the valid hours, so that bursts do not weigh more. An hour is valid with three
-- quarters of its expected values, a day with three quarters of its hours (of its values where they are
-- expected less often); without an expectation, whatever there is counts. Where days do not begin or end with
-- an hour of UTC, their own hours are made from the observations. What is no day of the datastream's zone (any
-- more) is left out. What comes back are the days with
-- values close before and after them: between which instants gaps may be (of what is missing only the second one), and whether
-- any is noted.
WITH dirty AS MATERIALIZED (  -- once a day, and not again wherever its bounds are named
    SELECT datastream_id, day_start, day_end,
           extract(epoch FROM day_start)::int8 %% 3600 = 0 AND extract(epoch FROM day_end)::int8 %% 3600 = 0
               AS has_whole_hours,
           day_start = to_timestamp(bucket_epoch) AS is_day
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (
        SELECT (to_timestamp(bucket_epoch) AT TIME ZONE zone)::date AS local_date OFFSET 0
    ) AS local
    CROSS JOIN LATERAL (
        SELECT local_day_start(local_date, zone) AS day_start, local_day_start(local_date + 1, zone) AS day_end OFFSET 0
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
                WHERE observations.datastream_id = dirty.datastream_id
                  AND observations.phenomenon_time >= dirty.day_start
                  AND observations.phenomenon_time < dirty.day_end
                  AND observations.phenomenon_time >= to_timestamp(%(start)s::int8)
                  AND observations.phenomenon_time < to_timestamp(%(end)s::int8)
                  AND quality < 4 AND %(figures)s::boolean
                GROUP BY 1
            ) AS local_hour
            CROSS JOIN LATERAL (
                SELECT floor(sum(extract(epoch FROM least(until, hour_end) - greatest(since, hour_start))
                                 / interval_seconds))::integer AS value_count
                FROM expectations AS expectation
                CROSS JOIN LATERAL (
                    SELECT least(local_hour.hour_start + INTERVAL '1 hour', dirty.day_end) AS hour_end
                ) AS ends
                WHERE expectation.datastream_id = dirty.datastream_id
                  AND expectation.since < hour_end AND expectation.until > local_hour.hour_start
            ) AS local_expected
            WHERE NOT dirty.has_whole_hours  -- out here, nothing is sorted and grouped of days that have them
        ) AS hour
        WHERE hour.mean IS NOT NULL AND %(figures)s::boolean
          AND coalesce(4 * hour.usable_count >= 3 * hour.expected_count, true)
    ) AS hours
    CROSS JOIN LATERAL (
        -- A little before the day and after it as well, of quality 0 here: whether what is next to it follows soon enough.
        SELECT count(*) FILTER (WHERE quality > 0) AS observation_count,
               max(phenomenon_time) AS last_moment,
               min(phenomenon_time) < dirty.day_start AS has_before,
               max(phenomenon_time) >= dirty.day_end AS has_after,
               array_agg(ARRAY[CASE WHEN flag < 9 THEN previous END, phenomenon_time]) FILTER (WHERE is_late) AS late,
               min(scalar) AS minimum, max(scalar) AS maximum, stddev_samp(scalar) AS standard_deviation,
               percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY scalar) AS quantiles,
               first(usable, phenomenon_time) FILTER (WHERE usable IS NOT NULL) AS first_result,
               last(usable, phenomenon_time) FILTER (WHERE usable IS NOT NULL) AS last_result,
               sum(scalar) FILTER (WHERE properties.is_amount) AS total,
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
                   quality AS flag, lag(phenomenon_time) OVER following AS previous,
                   quality = 9 OR phenomenon_time > lag(phenomenon_time) OVER following + shortest.gap AS is_late
            FROM observations
            CROSS JOIN LATERAL (
                SELECT phenomenon_time >= dirty.day_start AND phenomenon_time < dirty.day_end AS is_inside
            ) AS placed
            WHERE observations.datastream_id = dirty.datastream_id
              AND observations.phenomenon_time >= dirty.day_start - coalesce(shortest.gap, INTERVAL '0')
              AND observations.phenomenon_time < dirty.day_end + coalesce(shortest.gap, INTERVAL '0')
              AND observations.phenomenon_time >= to_timestamp(%(start)s::int8) - INTERVAL '1 day'
              AND observations.phenomenon_time < to_timestamp(%(end)s::int8) + INTERVAL '1 day'
            WINDOW following AS (ORDER BY phenomenon_time)
            OFFSET 0  -- one index range a day, whatever the statistics of a young chunk say
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
SELECT datastream_id, extract(epoch FROM day_start)::int8, late,
       EXISTS (
           SELECT FROM gaps
           WHERE gaps.datastream_id = computed.datastream_id AND began_at < day_end
             AND (ended_at IS NULL OR ended_at >= day_start))
FROM computed
JOIN shortest USING (datastream_id)
WHERE observation_count > 0 AND has_before AND (has_after OR last_moment >= now() - gap)

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

-- replaced_figures --
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count,
    first_result = EXCLUDED.first_result, last_result = EXCLUDED.last_result, total = EXCLUDED.total
