-- nowcasts --
-- The newest nowcast of each datastream that fits, after one. What no answer can say, of an older hub, is none.
SELECT nowcast.datastream_id, thing.code, thing.name_en, thing.name_ar, source.code, source.kind = 'simulated', thing.place_code,
       thing.longitude, thing.latitude, datastream.observed_property_code, datastream.unit, nowcast.issued_at, nowcast.origin,
       nowcast.model, nowcast.seen_count, nowcast.inside_80_count, nowcast.inside_95_count, nowcast.median, nowcast.lower_80,
       nowcast.upper_80, nowcast.lower_95, nowcast.upper_95
FROM nowcasts AS nowcast
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE (%(after)s::bigint IS NULL OR nowcast.datastream_id > %(after)s::bigint)
  AND (%(datastream)s::integer IS NULL OR nowcast.datastream_id = %(datastream)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
  AND nowcast.origin >= '0001-01-02T00:00:00Z' AND nowcast.origin < '9999-12-29T00:00:00Z'
  AND nowcast.issued_at >= '0001-01-02T00:00:00Z' AND nowcast.issued_at < '9999-12-30T00:00:00Z'
ORDER BY nowcast.datastream_id
LIMIT %(rows)s

-- nowcasts_version --
-- What changes with any nowcast.
SELECT count(*), max(issued_at), coalesce(sum(xmin::text::bigint), 0)::bigint FROM nowcasts

-- anomalies --
-- The newest first, before an instant and a number. An end is that of the last step outside.
SELECT anomaly.anomaly_id, anomaly.datastream_id, thing.code, thing.name_en, thing.name_ar, source.code, source.kind = 'simulated',
       thing.place_code, thing.longitude, thing.latitude, datastream.observed_property_code, datastream.unit, anomaly.expected_by,
       anomaly.starts_at,
       anomaly.ends_at + CASE anomaly.expected_by WHEN 'nowcast' THEN INTERVAL '15 minutes' ELSE INTERVAL '1 hour' END,
       anomaly.step_count, anomaly.worst_at, anomaly.observed, anomaly.expected, anomaly.lower_95, anomaly.upper_95, anomaly.size
FROM anomalies AS anomaly
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE (%(datastream)s::integer IS NULL OR anomaly.datastream_id = %(datastream)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(observed_property)s::text IS NULL OR datastream.observed_property_code = %(observed_property)s)
  AND (%(is_open)s::boolean IS NULL OR (anomaly.ends_at IS NULL) = %(is_open)s)
  AND (%(start)s::timestamptz IS NULL OR anomaly.starts_at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR anomaly.starts_at < %(end)s)
  AND (%(before_at)s::timestamptz IS NULL OR (anomaly.starts_at, anomaly.anomaly_id) < (%(before_at)s, %(before_id)s::bigint))
  AND anomaly.starts_at >= '0001-01-02T00:00:00Z' AND anomaly.starts_at < '9999-12-29T00:00:00Z'
ORDER BY anomaly.starts_at DESC, anomaly.anomaly_id DESC
LIMIT %(rows)s

-- anomalies_version --
-- What changes with any anomaly.
SELECT count(*), max(changed_at), max(anomaly_id) FROM anomalies
