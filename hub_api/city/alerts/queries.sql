-- page --
-- Alerts that everybody may know, the newest first, before an instant and an identifier.
SELECT alert.alert_id, alert.rule, alert.severity, thing.code, thing.name_en, thing.name_ar, source.code,
       source.kind = 'simulated', thing.place_code, place.name_en, place.name_ar, thing.longitude, thing.latitude,
       alert.datastream_id, datastream.unit, alert.raised_at, alert.noted_at, alert.value, alert.expected_at, alert.cleared_at,
       alert.acknowledged_at, alert.is_false
FROM open_alerts AS alert
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN places AS place ON place.code = thing.place_code
LEFT JOIN datastreams AS datastream ON datastream.datastream_id = alert.datastream_id
WHERE (%(alert)s::uuid IS NULL OR alert.alert_id = %(alert)s)
  AND (%(rule)s::text IS NULL OR alert.rule_code = %(rule)s)
  AND (%(severity)s::text IS NULL OR alert.severity = %(severity)s)
  AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
  AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(is_open)s::boolean IS NULL OR (alert.cleared_at IS NULL) = %(is_open)s)
  AND (%(start)s::timestamptz IS NULL OR alert.raised_at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR alert.raised_at < %(end)s)
  AND (%(before_at)s::timestamptz IS NULL OR (alert.raised_at, alert.alert_id) < (%(before_at)s, %(before_id)s::uuid))
ORDER BY alert.raised_at DESC, alert.alert_id DESC
LIMIT %(rows)s

-- version --
-- What changes with any alert that everybody may know.
SELECT count(*), max(noted_at), max(cleared_at), count(cleared_at), count(acknowledged_at), count(is_false) FROM open_alerts
