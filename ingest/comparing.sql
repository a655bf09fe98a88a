-- What is compared by the workers of one hub. Bounds that stand for all beside those of each let whole chunks be left out.

-- lock_comparing --
-- One worker at a time compares results and stores them.
SELECT pg_advisory_lock(hashtext('falaj comparing'))

-- unlock_comparing --
SELECT pg_advisory_unlock(hashtext('falaj comparing'))

-- stored_around --
-- What is stored around new results of these datastreams, in the order of time, without what is bad of itself: the last
-- results before the first new one; where a flat line has to be seen, further back those that differ from the one before them,
-- to the last that lies off the newest; and what is stored from the first new one on. Beside each of what may be judged again
-- the tests of comparison that flagged it, as TEST:QUALITY.
SELECT wanted.datastream_id, (extract(epoch FROM stored.phenomenon_time) * 1000000)::bigint, stored.result, stored.quality,
       ARRAY(
           SELECT flag.test || ':' || flag.quality FROM observation_flags AS flag
           WHERE stored.is_near AND stored.quality > 2 AND flag.datastream_id = wanted.datastream_id
             AND flag.phenomenon_time = stored.phenomenon_time AND flag.test = ANY (%(tests)s::text[]))
FROM unnest(%(datastream_ids)s::int4[], %(firsts)s::timestamptz[], %(flat_seconds)s::float8[], %(tolerances)s::float8[])
     AS wanted (datastream_id, first, flat_seconds, tolerance)
CROSS JOIN LATERAL (
    (SELECT phenomenon_time, result, quality, true AS is_near FROM observations
     WHERE observations.datastream_id = wanted.datastream_id AND phenomenon_time < wanted.first
       AND phenomenon_time < %(latest)s
-- + is_result
     ORDER BY phenomenon_time DESC LIMIT 3)
    UNION ALL
    (SELECT line.phenomenon_time, line.result, line.quality, false
     FROM (
         SELECT result FROM observations
         WHERE wanted.flat_seconds > 0 AND observations.datastream_id = wanted.datastream_id
           AND phenomenon_time < wanted.first AND phenomenon_time < %(latest)s
-- + is_result
         ORDER BY phenomenon_time DESC LIMIT 1
     ) AS newest
     CROSS JOIN LATERAL (
         SELECT coalesce(max(phenomenon_time), wanted.first - make_interval(secs => wanted.flat_seconds)) AS begin
         FROM (
             SELECT phenomenon_time FROM observations
             WHERE observations.datastream_id = wanted.datastream_id AND phenomenon_time < wanted.first
               AND phenomenon_time >= wanted.first - make_interval(secs => wanted.flat_seconds)
               AND phenomenon_time >= %(flat_earliest)s AND phenomenon_time < %(latest)s
               AND abs(observations.result - newest.result) > wanted.tolerance
-- + is_result
             ORDER BY phenomenon_time DESC LIMIT 1
         ) AS off
     ) AS last_off
     CROSS JOIN LATERAL (
         SELECT phenomenon_time, result, quality, lag(result) OVER (ORDER BY phenomenon_time) AS result_before
         FROM observations
         WHERE observations.datastream_id = wanted.datastream_id
           AND phenomenon_time < wanted.first AND phenomenon_time >= last_off.begin
           AND phenomenon_time >= %(flat_earliest)s AND phenomenon_time < %(latest)s
-- + is_result
     ) AS line
     WHERE line.result_before IS DISTINCT FROM line.result
     ORDER BY line.phenomenon_time DESC LIMIT %(rows_max)s)
    UNION ALL
    (SELECT phenomenon_time, result, quality, true FROM observations
     WHERE observations.datastream_id = wanted.datastream_id AND phenomenon_time >= wanted.first
       AND phenomenon_time >= %(earliest)s
-- + is_result
     ORDER BY phenomenon_time LIMIT %(rows_max)s)
) AS stored
ORDER BY wanted.datastream_id, stored.phenomenon_time, stored.is_near

-- is_result --
-- What is bad of itself, as a mark of no value is, is no neighbour; what only a comparison found bad is.
       AND (quality < 4 OR (
           SELECT coalesce(bool_and(flag.test = ANY (%(tests)s::text[])), false) FROM observation_flags AS flag
           WHERE flag.datastream_id = observations.datastream_id
             AND flag.phenomenon_time = observations.phenomenon_time AND flag.quality = 4))
