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

-- note_transit --
-- Vehicles of sources with a schedule that moved, or said what trip they are on, in these hours; as air quality is noted.
WITH touched AS (
    SELECT DISTINCT datastreams.thing_id, to_timestamp(bucket_epoch) AS bucket_start
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    JOIN datastreams USING (datastream_id)
    JOIN things USING (thing_id)
    WHERE datastreams.observed_property_code IN ('location', 'trip', 'trip_status')
      AND things.source_id IN (SELECT source_id FROM transit_feeds)
      AND bucket_epoch BETWEEN 0 AND 4102444800  -- years that every program can say
),
there AS (
    SELECT note.thing_id, note.bucket_start
    FROM transit_notes AS note JOIN touched USING (thing_id, bucket_start)
    FOR KEY SHARE OF note SKIP LOCKED
)
INSERT INTO transit_notes (thing_id, bucket_start)
SELECT thing_id, bucket_start FROM touched EXCEPT SELECT thing_id, bucket_start FROM there

-- recompute_buckets --
-- The roll-up of these runs of hours (or of single quarters), in place of what is kept of them.
-- + computed_buckets
ON CONFLICT (datastream_id, bucket_start) DO UPDATE SET
    -- + replaced_figures
    , counted_until = EXCLUDED.counted_until, computed_at = now()

-- insert_buckets --
-- The same of runs of which nothing is kept: a row that may be there already costs three quarters more than one that is not.
-- + computed_buckets

-- computed_buckets --
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
    computed.mean, computed.minimum, computed.maximum, computed.standard_deviation,
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
    GROUP BY dirty.datastream_id, dirty.is_circular, 2
) AS computed
-- + whole_expectation

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
        sum(observed.scalar) FILTER (WHERE dirty.is_amount) AS total,
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
    GROUP BY GROUPING SETS ((dirty.datastream_id, dirty.hour_start), (dirty.datastream_id, dirty.hour_start, observed.quarter_start))
),
added_to_quarters AS (
    INSERT INTO observations_quarter_hourly AS bucket
        (datastream_id, bucket_start, observation_count, expected_count, mean, minimum, maximum,
         standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count,
         first_result, last_result, total, counted_until)
    SELECT computed.datastream_id, computed.bucket_start, observation_count,
           -- + expected_count
           mean, minimum, maximum, standard_deviation, quantiles[1], quantiles[2], quantiles[3],
           good_count, not_evaluated_count, suspect_count, bad_count, first_result, last_result, total, counted_until
    FROM (SELECT *, quarter_start AS bucket_start FROM news WHERE quarter_start IS NOT NULL) AS computed
    -- + whole_expectation
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

-- expected_count --
-- What is expected of a bucket: by the interval that holds in the whole of it, else the sum of what each part makes expect.
    coalesce(%(seconds)s::integer / whole.interval_seconds, (
        SELECT floor(sum(extract(epoch FROM least(until, computed.bucket_start + make_interval(secs => %(seconds)s))
                                 - greatest(since, computed.bucket_start)) / interval_seconds))::integer
        FROM expectations AS expectation
        WHERE expectation.datastream_id = computed.datastream_id
          AND expectation.since < computed.bucket_start + make_interval(secs => %(seconds)s)
          AND expectation.until > computed.bucket_start)),

-- whole_expectation --
LEFT JOIN expectations AS whole
    ON whole.datastream_id = computed.datastream_id AND whole.since <= computed.bucket_start
    AND whole.until >= computed.bucket_start + make_interval(secs => %(seconds)s)

-- replaced_figures --
    observation_count = EXCLUDED.observation_count, expected_count = EXCLUDED.expected_count,
    mean = EXCLUDED.mean, minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum,
    standard_deviation = EXCLUDED.standard_deviation,
    p05 = EXCLUDED.p05, p50 = EXCLUDED.p50, p95 = EXCLUDED.p95,
    good_count = EXCLUDED.good_count, not_evaluated_count = EXCLUDED.not_evaluated_count,
    suspect_count = EXCLUDED.suspect_count, bad_count = EXCLUDED.bad_count,
    first_result = EXCLUDED.first_result, last_result = EXCLUDED.last_result, total = EXCLUDED.total

-- runs_without_buckets --
-- Those of these runs of hours of which neither an hour nor a quarter is kept.
SELECT datastream_id, bucket_epoch, run_seconds
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[], %(runs_seconds)s::int4[])
     AS runs (datastream_id, bucket_epoch, run_seconds)
WHERE NOT EXISTS (
    SELECT FROM observations_hourly AS bucket
    WHERE bucket.datastream_id = runs.datastream_id
      AND bucket_start >= to_timestamp(bucket_epoch) AND bucket_start < to_timestamp(bucket_epoch + run_seconds)
      AND bucket_start >= to_timestamp(%(start)s::int8) AND bucket_start < to_timestamp(%(end)s::int8)
    OFFSET 0  -- one look into an index a run
) AND NOT EXISTS (
    SELECT FROM observations_quarter_hourly AS bucket
    WHERE bucket.datastream_id = runs.datastream_id
      AND bucket_start >= to_timestamp(bucket_epoch) AND bucket_start < to_timestamp(bucket_epoch + run_seconds)
      AND bucket_start >= to_timestamp(%(start)s::int8) AND bucket_start < to_timestamp(%(end)s::int8)
    OFFSET 0
)

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
