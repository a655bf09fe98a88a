-- flags --
-- Which tests flagged observations of a datastream within a window, after one of them: those that ingest made, and anomaly (suspect) for each
-- observation that one lasted over. Nothing of it is written to the observations.
SELECT mark.phenomenon_time, mark.test, mark.quality, mark.anomaly_id
FROM (
    SELECT phenomenon_time, test, quality, NULL::bigint AS anomaly_id
    FROM observation_flags
    WHERE datastream_id = %(datastream)s
      AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz
    UNION ALL
    SELECT observation.phenomenon_time, 'anomaly', 3::smallint, min(anomaly.anomaly_id)
    FROM anomalies AS anomaly
    JOIN observations AS observation
        ON observation.datastream_id = anomaly.datastream_id AND observation.phenomenon_time >= anomaly.starts_at
       AND (anomaly.ends_at IS NULL OR observation.phenomenon_time < anomaly.ends_at
            + CASE anomaly.expected_by WHEN 'nowcast' THEN INTERVAL '15 minutes' ELSE INTERVAL '1 hour' END)
    WHERE anomaly.datastream_id = %(datastream)s
      AND anomaly.starts_at < %(end)s::timestamptz
      AND (anomaly.ends_at IS NULL OR anomaly.ends_at > %(start)s::timestamptz - INTERVAL '1 hour')
      AND observation.phenomenon_time >= %(start)s::timestamptz AND observation.phenomenon_time < %(end)s::timestamptz
      AND (%(after_at)s::timestamptz IS NULL OR observation.phenomenon_time >= %(after_at)s::timestamptz)
    GROUP BY observation.phenomenon_time
) AS mark
WHERE (%(test)s::text IS NULL OR mark.test = %(test)s)
  AND (%(after_at)s::timestamptz IS NULL
       OR (mark.phenomenon_time, mark.test) > (%(after_at)s::timestamptz, %(after_test)s::text))
ORDER BY mark.phenomenon_time, mark.test
LIMIT %(rows)s
