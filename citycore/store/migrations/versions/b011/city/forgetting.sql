-- Observations leave the store where whoever may says so (DELETE of SensorThings), and nothing that was derived from them stays.
-- The registry's role may ask for that; it writes no observations itself.

-- Observations of a datastream in a half-open span; how many. Raises object_not_in_prerequisite_state where the span
-- reaches into what only the archive holds.
CREATE FUNCTION forget_observations(datastream integer, since timestamptz, until timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    source integer;
    hours integer[];
    forgotten bigint := 0;
    gone bigint;
BEGIN
    SELECT things.source_id INTO source FROM datastreams JOIN things USING (thing_id) WHERE datastream_id = datastream;
    IF EXISTS (
        SELECT FROM archive_parts
        WHERE source_id = source AND let_go_at IS NOT NULL AND starts_at < until AND ends_at > since
          AND datastream BETWEEN first_datastream_id AND last_datastream_id
    ) THEN
        RAISE EXCEPTION 'archived' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT array_agg(DISTINCT floor(extract(epoch FROM phenomenon_time) / 3600)::integer) INTO hours
    FROM (
        SELECT phenomenon_time FROM observations
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
        UNION ALL
        SELECT phenomenon_time FROM observations_category
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
        UNION ALL
        SELECT phenomenon_time FROM observations_position
        WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until
    ) AS known;
    IF hours IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM observations WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observations_category
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observations_position
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    DELETE FROM observation_flags WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    DELETE FROM observation_details
    WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    DELETE FROM latest WHERE datastream_id = datastream AND phenomenon_time >= since AND phenomenon_time < until;
    IF FOUND THEN
        INSERT INTO latest (datastream_id, quality, phenomenon_time, result, result_text, longitude, latitude, batch_id)
        SELECT datastream_id, quality, phenomenon_time, result, result_text, longitude, latitude, batch_id
        FROM (
            (SELECT datastream_id, quality, phenomenon_time, result, NULL::text AS result_text,
                    NULL::double precision AS longitude, NULL::double precision AS latitude, batch_id
             FROM observations WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
            UNION ALL
            (SELECT datastream_id, quality, phenomenon_time, NULL, result, NULL, NULL, batch_id
             FROM observations_category WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
            UNION ALL
            (SELECT datastream_id, quality, phenomenon_time, NULL, NULL, longitude, latitude, batch_id
             FROM observations_position WHERE datastream_id = datastream ORDER BY phenomenon_time DESC LIMIT 1)
        ) AS known
        ORDER BY phenomenon_time DESC LIMIT 1
        ON CONFLICT (datastream_id) DO NOTHING;
    END IF;
    INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
    VALUES (nextval('ingest_batch_ids'), array_fill(datastream, ARRAY[cardinality(hours)]), hours);
    PERFORM pg_notify('falaj_registry', 'observations');
    PERFORM pg_notify('falaj_batches', currval('ingest_batch_ids')::text);
    RETURN forgotten;
END
$$;

-- A datastream with all that was observed and derived; how many observations.
CREATE FUNCTION forget_datastream(datastream integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    forgotten bigint;
    derived text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('falaj_rollups'));
    forgotten := forget_observations(datastream, '-infinity', 'infinity');
    DELETE FROM forecast_values USING forecasts
    WHERE forecasts.forecast_id = forecast_values.forecast_id AND forecasts.datastream_id = datastream;
    FOREACH derived IN ARRAY ARRAY[
        'latest', 'observations_quarter_hourly', 'observations_hourly', 'observations_daily', 'observations_monthly',
        'observations_yearly', 'dirty_days', 'dirty_periods', 'added_hours', 'set_aside_buckets', 'archive_waiting',
        'alert_positions', 'forecasts', 'forecast_studies', 'forecast_outcomes', 'nowcasts', 'nowcast_studies', 'anomalies',
        'anomaly_states'
    ] LOOP
        EXECUTE format('DELETE FROM %I WHERE datastream_id = $1', derived) USING datastream;
    END LOOP;
    UPDATE dirty_buckets SET
        datastream_ids = kept.datastream_ids, bucket_hours = kept.bucket_hours,
        first_times = NULL, last_times = NULL
    FROM (
        SELECT batch_id, coalesce(array_agg(own) FILTER (WHERE own <> datastream), '{}') AS datastream_ids,
               coalesce(array_agg(hour) FILTER (WHERE own <> datastream), '{}') AS bucket_hours
        FROM dirty_buckets AS noted CROSS JOIN LATERAL unnest(noted.datastream_ids, noted.bucket_hours) AS each (own, hour)
        WHERE datastream = ANY (noted.datastream_ids)
        GROUP BY batch_id
    ) AS kept
    WHERE dirty_buckets.batch_id = kept.batch_id;
    DELETE FROM datastreams WHERE datastream_id = datastream;
    RETURN forgotten;
END
$$;
REVOKE EXECUTE ON FUNCTION forget_observations(integer, timestamptz, timestamptz), forget_datastream(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_observations(integer, timestamptz, timestamptz), forget_datastream(integer)
    TO falaj_registry;
