-- page_measurement --
-- Measured numbers of one datastream in [start, end).
SELECT phenomenon_time, result, quality
FROM observations
WHERE datastream_id = %(datastream)s
  AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
  AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
ORDER BY phenomenon_time {direction}
LIMIT %(rows)s

-- page_category --
-- Categories of one datastream in [start, end).
SELECT phenomenon_time, result, quality
FROM observations_category
WHERE datastream_id = %(datastream)s
  AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
  AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
ORDER BY phenomenon_time {direction}
LIMIT %(rows)s

-- page_position --
-- Positions of one datastream in [start, end).
SELECT phenomenon_time, ARRAY[longitude, latitude], quality
FROM observations_position
WHERE datastream_id = %(datastream)s
  AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
  AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
ORDER BY phenomenon_time {direction}
LIMIT %(rows)s

-- page_hourly --
-- Hours of one datastream that begin in [start, end).
SELECT bucket_start, mean, minimum, maximum, standard_deviation, p05, p50, p95, observation_count,
       expected_count, least(1, observation_count / nullif(expected_count, 0)::float8),
       good_count, not_evaluated_count, suspect_count, bad_count
FROM observations_hourly
WHERE datastream_id = %(datastream)s
  AND bucket_start >= coalesce(%(start)s::timestamptz, '-infinity')
  AND bucket_start < coalesce(%(end)s::timestamptz, 'infinity')
ORDER BY bucket_start {direction}
LIMIT %(rows)s

-- export_measurement --
-- The same as CSV; without a limit, the whole window.
COPY (
    SELECT to_char(phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), result, quality,
           %(simulated)s::text
    FROM observations
    WHERE datastream_id = %(datastream)s
      AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
    ORDER BY phenomenon_time {direction}
    LIMIT %(rows)s
) TO STDOUT (FORMAT csv)

-- export_category --
-- The same as CSV; without a limit, the whole window.
COPY (
    SELECT to_char(phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), result, quality,
           %(simulated)s::text
    FROM observations_category
    WHERE datastream_id = %(datastream)s
      AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
    ORDER BY phenomenon_time {direction}
    LIMIT %(rows)s
) TO STDOUT (FORMAT csv)

-- export_position --
-- The same as CSV; without a limit, the whole window.
COPY (
    SELECT to_char(phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), longitude,
           latitude, quality, %(simulated)s::text
    FROM observations_position
    WHERE datastream_id = %(datastream)s
      AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND phenomenon_time < coalesce(%(end)s::timestamptz, 'infinity')
    ORDER BY phenomenon_time {direction}
    LIMIT %(rows)s
) TO STDOUT (FORMAT csv)

-- export_hourly --
-- The same as CSV; without a limit, the whole window.
COPY (
    SELECT to_char(bucket_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), mean, minimum, maximum,
           standard_deviation, p05, p50, p95, observation_count, expected_count,
           least(1, observation_count / nullif(expected_count, 0)::float8),
           good_count, not_evaluated_count, suspect_count, bad_count, %(simulated)s::text
    FROM observations_hourly
    WHERE datastream_id = %(datastream)s
      AND bucket_start >= coalesce(%(start)s::timestamptz, '-infinity')
      AND bucket_start < coalesce(%(end)s::timestamptz, 'infinity')
    ORDER BY bucket_start {direction}
    LIMIT %(rows)s
) TO STDOUT (FORMAT csv)
