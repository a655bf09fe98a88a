-- run --
SELECT issued_until, judged_until, studied_at FROM nowcast_runs

-- note_run --
UPDATE nowcast_runs
SET issued_until = %(issued_until)s, judged_until = %(judged_until)s, studied_at = %(studied_at)s

-- lock --
-- One run at a time, until the session ends.
SELECT pg_try_advisory_lock(hashtext('falaj_nowcast'))

-- unlock --
SELECT pg_advisory_unlock(hashtext('falaj_nowcast'))

-- datastreams --
-- Whose quarters are nowcast: what is measured now, and no recording. The bounds are those of the property, in its unit.
SELECT datastream.datastream_id, property.code AS property_code, source.zone, datastream.unit, property.unit AS property_unit,
       property.lower_bound, property.upper_bound
FROM datastreams AS datastream
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE property.code = ANY (%(properties)s) AND datastream.result_type = 'measurement' AND source.kind <> 'recorded'
ORDER BY property.code, source.zone, datastream.datastream_id

-- quarters --
-- Means of the quarters of some datastreams, from one instant until another.
SELECT datastream_id, bucket_start, mean FROM observations_quarter_hourly
WHERE datastream_id = ANY (%(datastreams)s) AND bucket_start >= %(start)s AND bucket_start < %(end)s AND mean IS NOT NULL

-- unstudied --
-- Which of these have no study, and quarters enough in the last days for one.
SELECT datastream_id FROM unnest(%(datastreams)s::integer[]) AS wanted (datastream_id)
WHERE NOT EXISTS (SELECT FROM nowcast_studies AS known WHERE known.datastream_id = wanted.datastream_id)
  AND (SELECT count(*) FROM observations_quarter_hourly AS quarter
       WHERE quarter.datastream_id = wanted.datastream_id AND quarter.bucket_start >= %(start)s AND quarter.mean IS NOT NULL)
      >= %(values_min)s

-- has_gone --
-- Whether anything was studied that cannot be seen any more: its source was taken out.
SELECT EXISTS (
    SELECT FROM nowcast_studies AS known
    WHERE NOT EXISTS (SELECT FROM datastreams AS seen WHERE seen.datastream_id = known.datastream_id))

-- forget_gone --
-- Its study, since all others were studied without it.
DELETE FROM nowcast_studies
WHERE NOT EXISTS (SELECT FROM datastreams AS seen WHERE seen.datastream_id = nowcast_studies.datastream_id)

-- keep_study --
INSERT INTO nowcast_studies (datastream_id, studied_at, model, profile, spread, decay, widths_80, widths_95, told)
VALUES (%(datastream_id)s, %(studied_at)s, %(model)s, %(profile)s, %(spread)s, %(decay)s, %(widths_80)s, %(widths_95)s, %(told)s)
ON CONFLICT (datastream_id) DO UPDATE
SET studied_at = EXCLUDED.studied_at, model = EXCLUDED.model, profile = EXCLUDED.profile, spread = EXCLUDED.spread,
    decay = EXCLUDED.decay, widths_80 = EXCLUDED.widths_80, widths_95 = EXCLUDED.widths_95, told = EXCLUDED.told

-- studies --
SELECT datastream_id, model, profile, spread, decay, widths_80, widths_95
FROM nowcast_studies WHERE datastream_id = ANY (%(datastreams)s)

-- keep_trees --
INSERT INTO nowcast_trees (observed_property, zone, fitted_at, content)
VALUES (%(property)s, %(zone)s, %(fitted_at)s, %(content)s)
ON CONFLICT (observed_property, zone) DO UPDATE SET fitted_at = EXCLUDED.fitted_at, content = EXCLUDED.content

-- trees --
SELECT content FROM nowcast_trees WHERE observed_property = %(property)s AND zone = %(zone)s

-- keep_nowcast --
INSERT INTO nowcasts (datastream_id, issued_at, origin, model, median, lower_80, upper_80, lower_95, upper_95,
                      factor_80, factor_95, seen_count, inside_80_count, inside_95_count)
VALUES (%(datastream_id)s, %(issued_at)s, %(origin)s, %(model)s, %(median)s, %(lower_80)s, %(upper_80)s, %(lower_95)s,
        %(upper_95)s, %(factor_80)s, %(factor_95)s, %(seen)s, %(inside_80)s, %(inside_95)s)
ON CONFLICT (datastream_id) DO UPDATE
SET issued_at = EXCLUDED.issued_at, origin = EXCLUDED.origin, model = EXCLUDED.model, median = EXCLUDED.median,
    lower_80 = EXCLUDED.lower_80, upper_80 = EXCLUDED.upper_80, lower_95 = EXCLUDED.lower_95, upper_95 = EXCLUDED.upper_95,
    factor_80 = EXCLUDED.factor_80, factor_95 = EXCLUDED.factor_95, seen_count = EXCLUDED.seen_count,
    inside_80_count = EXCLUDED.inside_80_count, inside_95_count = EXCLUDED.inside_95_count

-- nowcasts --
-- Those issued last.
SELECT datastream_id, origin, model, median, lower_80, upper_80, lower_95, upper_95, factor_80, factor_95, seen_count,
       inside_80_count, inside_95_count
FROM nowcasts WHERE datastream_id = ANY (%(datastreams)s)

-- entries_changed --
-- Whether the calendar of days was changed since an instant.
SELECT EXISTS (SELECT FROM calendar_changes WHERE changed_at > %(since)s)

-- failures_due --
-- What failed and is to be tried again.
SELECT subject FROM failures WHERE job = %(job)s AND due_at <= %(now)s

-- forget_failures --
-- What is still due after all was tried is of a group that is no more.
DELETE FROM failures WHERE job = %(job)s AND due_at <= %(now)s

-- states --
SELECT datastream_id, state FROM anomaly_states WHERE expected_by = %(expected_by)s AND datastream_id = ANY (%(datastreams)s)

-- keep_state --
INSERT INTO anomaly_states (datastream_id, expected_by, state) VALUES (%(datastream_id)s, %(expected_by)s, %(state)s)
ON CONFLICT (datastream_id, expected_by) DO UPDATE SET state = EXCLUDED.state

-- drop_state --
DELETE FROM anomaly_states WHERE datastream_id = %(datastream_id)s AND expected_by = %(expected_by)s

-- keep_anomaly --
INSERT INTO anomalies (datastream_id, expected_by, starts_at, ends_at, step_count, worst_at, observed, expected, lower_95, upper_95, size)
VALUES (%(datastream_id)s, %(expected_by)s, %(starts_at)s, %(ends_at)s, %(steps)s, %(worst_at)s, %(observed)s, %(expected)s,
        %(lower_95)s, %(upper_95)s, %(size)s)
ON CONFLICT (datastream_id, expected_by, starts_at) DO UPDATE
SET ends_at = EXCLUDED.ends_at, step_count = EXCLUDED.step_count, worst_at = EXCLUDED.worst_at, observed = EXCLUDED.observed,
    expected = EXCLUDED.expected, lower_95 = EXCLUDED.lower_95, upper_95 = EXCLUDED.upper_95, size = EXCLUDED.size,
    changed_at = clock_timestamp()

-- forget_anomalies --
DELETE FROM anomalies WHERE starts_at < %(before)s AND ends_at IS NOT NULL

-- judged_hours --
-- Hours with what a forecast said of them that was made some hours before, of datastreams that no nowcast judges.
SELECT datastream.datastream_id, hourly.bucket_start, hourly.mean, said.median, said.lower_80, said.upper_80, said.lower_95, said.upper_95
FROM datastreams AS datastream
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
JOIN things USING (thing_id)
JOIN sources USING (source_id)
JOIN observations_hourly AS hourly USING (datastream_id)
CROSS JOIN LATERAL (
    SELECT value.* FROM forecasts AS forecast
    JOIN forecast_values AS value USING (forecast_id)
    WHERE forecast.datastream_id = datastream.datastream_id AND value.phenomenon_time = hourly.bucket_start
      AND forecast.origin <= hourly.bucket_start - %(lead)s::interval
    ORDER BY forecast.issued_at DESC LIMIT 1
) AS said
WHERE property.is_forecast AND property.code <> ALL (%(properties)s) AND sources.kind <> 'recorded'
  AND hourly.bucket_start >= %(start)s AND hourly.bucket_start < %(end)s AND hourly.mean IS NOT NULL
ORDER BY datastream.datastream_id, hourly.bucket_start
