-- example_names --
-- A datastream whose names make every documented example work on this hub.
SELECT datastream.datastream_id, thing.code, datastream.observed_property_code, source.code, thing.kind,
       coalesce(thing.place_code, (SELECT min(code) FROM places)),
       (SELECT min(route) FROM transit_routes), (SELECT min(stop) FROM transit_stops),
       (SELECT '/v1/bulk/' || sources.code || '/' || day.local_date || '.parquet'
        FROM dataset_days AS day JOIN sources USING (source_id)
        WHERE day.generated_at IS NOT NULL ORDER BY day.local_date DESC, sources.code LIMIT 1),
       (SELECT code FROM open_innovation.hackathons ORDER BY code DESC LIMIT 1),
       (SELECT challenge_id FROM open_innovation.challenges ORDER BY hackathon_code DESC, challenge_id LIMIT 1),
       (SELECT organisation_id FROM open_innovation.organisations ORDER BY organisation_id LIMIT 1),
       (SELECT code FROM open_innovation.calls ORDER BY code DESC LIMIT 1),
       (SELECT call_id FROM open_innovation.calls ORDER BY code DESC LIMIT 1),
       (SELECT award_id FROM open_innovation.funding_awards ORDER BY award_id LIMIT 1),
       (SELECT vendor_id FROM open_innovation.vendors ORDER BY vendor_id LIMIT 1),
       (SELECT code FROM open_innovation.needs ORDER BY code DESC LIMIT 1),
       (SELECT code FROM open_innovation.pilots ORDER BY code DESC LIMIT 1),
       (SELECT annotation_id FROM open_innovation.annotations ORDER BY starts_at DESC, annotation_id LIMIT 1),
       (SELECT subject_id FROM open_participation.releases ORDER BY release_id LIMIT 1),
       (SELECT release_id FROM open_participation.releases ORDER BY release_id LIMIT 1),
       (SELECT session_id FROM open_participation.sessions ORDER BY session_id LIMIT 1),
       (SELECT max(forecast_id) FROM forecasts WHERE forecasts.datastream_id = newest.datastream_id),
       newest.phenomenon_time
FROM latest AS newest
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
WHERE datastream.result_type = 'measurement'
ORDER BY property.is_forecast DESC, newest.datastream_id
LIMIT 1
