-- described --
-- A datastream with the limits of its tests.
SELECT things.code, properties.code || coalesce('/' || sensors.code, ''), datastreams.unit, properties.lower_bound,
       properties.upper_bound, properties.quality_tests || datastreams.quality_tests
FROM datastreams JOIN things USING (thing_id)
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
LEFT JOIN sensors USING (sensor_id)
WHERE datastream_id = %(datastream_id)s

-- around --
-- An observation with its neighbours, in the order of time.
SELECT phenomenon_time, result, quality FROM (
    (SELECT phenomenon_time, result, quality FROM observations
     WHERE datastream_id = %(datastream_id)s AND phenomenon_time <= %(at)s
     ORDER BY phenomenon_time DESC LIMIT %(neighbours)s + 1)
    UNION ALL
    (SELECT phenomenon_time, result, quality FROM observations
     WHERE datastream_id = %(datastream_id)s AND phenomenon_time > %(at)s
     ORDER BY phenomenon_time LIMIT %(neighbours)s)
) AS near
ORDER BY phenomenon_time

-- flags --
-- Which tests flagged it.
SELECT test, quality FROM observation_flags
WHERE datastream_id = %(datastream_id)s AND phenomenon_time = %(at)s
ORDER BY test

-- anomalies --
-- What was unusual then, by the side of all flags.
SELECT anomaly_id, expected, lower_95, upper_95, starts_at FROM anomalies
WHERE datastream_id = %(datastream_id)s AND starts_at <= %(at)s
  AND (ends_at IS NULL OR %(at)s < ends_at + CASE expected_by WHEN 'nowcast' THEN INTERVAL '15 minutes' ELSE INTERVAL '1 hour' END)
ORDER BY anomaly_id
