-- own_tables --
-- Roll-ups of this session alone: what computes them finds these first. Emptied with each transaction.
CREATE TEMPORARY TABLE observations_quarter_hourly (LIKE public.observations_quarter_hourly INCLUDING DEFAULTS INCLUDING INDEXES)
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE observations_hourly (LIKE public.observations_hourly INCLUDING DEFAULTS INCLUDING INDEXES)
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE observations_daily (LIKE public.observations_daily INCLUDING DEFAULTS INCLUDING INDEXES)
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE observations_monthly (LIKE public.observations_monthly INCLUDING DEFAULTS INCLUDING INDEXES)
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE observations_yearly (LIKE public.observations_yearly INCLUDING DEFAULTS INCLUDING INDEXES)
    ON COMMIT DELETE ROWS

-- datastreams --
-- What is measured, after a number.
SELECT datastream_id FROM datastreams
WHERE result_type = 'measurement' AND datastream_id > %(after)s
  AND (%(datastream)s::int4 IS NULL OR datastream_id = %(datastream)s::int4)
ORDER BY datastream_id
LIMIT %(datastreams_max)s

-- one_view --
-- Observations, roll-ups and notes as they were at one instant.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- hours --
-- Hours of these datastreams that have observations, or that any roll-up says something of.
SELECT datastream_id, extract(epoch FROM hour_start)::bigint
FROM (
    SELECT datastream_id, date_bin(INTERVAL '1 hour', phenomenon_time, '2000-01-01T00:00Z') AS hour_start
    FROM observations
    WHERE datastream_id = ANY (%(datastream_ids)s) AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
    UNION
    SELECT datastream_id, bucket_start FROM public.observations_hourly
    WHERE datastream_id = ANY (%(datastream_ids)s) AND bucket_start >= %(start)s AND bucket_start < %(end)s
    UNION
    SELECT datastream_id, date_bin(INTERVAL '1 hour', bucket_start, '2000-01-01T00:00Z')
    FROM public.observations_quarter_hourly
    WHERE datastream_id = ANY (%(datastream_ids)s) AND bucket_start >= %(start)s AND bucket_start < %(end)s
) AS hours

-- days --
-- Local days within the window in which one of the hours lies, or that the roll-up says something of.
SELECT DISTINCT datastream_id, extract(epoch FROM day_start)::bigint
FROM (
    SELECT datastream_id, to_timestamp(bucket_epoch + seconds) AS moment
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS hours (datastream_id, bucket_epoch)
    CROSS JOIN (VALUES (0), (3599)) AS ends (seconds)
    UNION
    SELECT datastream_id, bucket_start FROM public.observations_daily WHERE datastream_id = ANY (%(datastreams)s)
) AS moments
JOIN datastream_zones USING (datastream_id)
CROSS JOIN LATERAL (SELECT (moment AT TIME ZONE zone)::date AS local_date) AS local
CROSS JOIN LATERAL (
    SELECT local_day_start(local_date, zone) AS day_start, local_day_start(local_date + 1, zone) AS day_end
) AS bounds
WHERE day_start >= %(start)s AND day_end <= %(end)s

-- periods --
-- Local months or years within the window, likewise.
SELECT DISTINCT datastream_id, extract(epoch FROM period_start)::bigint
FROM (
    SELECT datastream_id, to_timestamp(bucket_epoch) AS moment
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS days (datastream_id, bucket_epoch)
    UNION
    SELECT datastream_id, bucket_start FROM public.{table} WHERE datastream_id = ANY (%(datastreams)s)
) AS moments
JOIN datastream_zones USING (datastream_id)
CROSS JOIN LATERAL (SELECT date_trunc(%(unit)s::text, moment AT TIME ZONE zone)::date AS local_date) AS local
CROSS JOIN LATERAL (
    SELECT local_day_start(local_date, zone) AS period_start,
           local_day_start((local_date + make_interval(months => %(months)s))::date, zone) AS period_end
) AS bounds
WHERE period_start >= %(start)s AND period_end <= %(end)s

-- waiting_hours --
-- Hours that are to be computed anew, as batches noted them.
SELECT datastream_id, bucket_hour * 3600::bigint
FROM dirty_buckets
CROSS JOIN LATERAL unnest(datastream_ids, bucket_hours) AS noted (datastream_id, bucket_hour)
WHERE datastream_id = ANY (%(datastream_ids)s)
UNION
SELECT datastream_id, extract(epoch FROM bucket_start)::bigint FROM added_hours WHERE datastream_id = ANY (%(datastream_ids)s)

-- waiting_days --
SELECT datastream_id, extract(epoch FROM bucket_start)::bigint FROM dirty_days WHERE datastream_id = ANY (%(datastream_ids)s)

-- waiting_periods --
SELECT datastream_id, extract(epoch FROM bucket_start)::bigint
FROM dirty_periods WHERE datastream_id = ANY (%(datastream_ids)s) AND bucket_months = %(months)s

-- rows --
-- What one of the tables says of these buckets.
SELECT bucket.*, extract(epoch FROM bucket_start)::bigint AS bucket_epoch
FROM {table} AS bucket
WHERE datastream_id = ANY (%(datastreams)s) AND bucket_start >= %(start)s AND bucket_start < %(end)s

-- archived --
-- Of these buckets those whose observations, or some of them, have left the store.
SELECT DISTINCT datastream_id, bucket_epoch
FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
JOIN archive_parts AS part USING (source_id)
WHERE part.let_go_at IS NOT NULL AND datastream_id BETWEEN part.first_datastream_id AND part.last_datastream_id
  AND part.ends_at > to_timestamp(bucket_epoch)
  AND part.starts_at < to_timestamp(bucket_epoch) + make_interval(secs => %(seconds)s)
