-- secret --
SELECT secret FROM writing_secret

-- datastreams_by_id --
-- What ingest must know of these datastreams, as things_by_address says it.
SELECT datastreams.observed_property_code, datastreams.datastream_id, datastreams.unit, datastreams.result_type,
       datastreams.conflict_policy, properties.unit, properties.lower_bound, properties.upper_bound,
       properties.lowest_possible, properties.highest_possible, NULL::text,
       (properties.quality_tests || datastreams.quality_tests)::text, array_remove(ARRAY[sensors.code, sensors.model], NULL)
FROM datastreams
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
LEFT JOIN sensors USING (sensor_id)
WHERE datastreams.datastream_id = ANY (%(datastream_ids)s::int4[])

-- store_details --
-- What came with observations beyond result and time; a result that is replaced brings all of it anew.
INSERT INTO observation_details
    (datastream_id, phenomenon_time, phenomenon_end, result_time, valid_start, valid_end, result_quality, parameters,
     feature_id, phenomenon_start, exact_result)
SELECT datastream_id, phenomenon_time, phenomenon_end, result_time, valid_start, valid_end,
       result_quality::jsonb, parameters::jsonb, feature_id, phenomenon_start, exact_result
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[], %(ends)s::timestamptz[], %(result_times)s::timestamptz[],
            %(valid_starts)s::timestamptz[], %(valid_ends)s::timestamptz[], %(qualities)s::text[], %(parameters)s::text[],
            %(features)s::int4[], %(starts)s::timestamptz[], %(exact)s::text[])
     AS new (datastream_id, phenomenon_time, phenomenon_end, result_time, valid_start, valid_end, result_quality, parameters,
             feature_id, phenomenon_start, exact_result)
ON CONFLICT (datastream_id, phenomenon_time) DO UPDATE SET
    phenomenon_end = EXCLUDED.phenomenon_end, result_time = EXCLUDED.result_time, valid_start = EXCLUDED.valid_start,
    valid_end = EXCLUDED.valid_end, result_quality = EXCLUDED.result_quality, parameters = EXCLUDED.parameters,
    feature_id = EXCLUDED.feature_id, phenomenon_start = EXCLUDED.phenomenon_start,
    exact_result = EXCLUDED.exact_result
