-- Alerts as lists of those on duty have them. What is urgent stands in one number, the smallest first: the severity, whether
-- somebody has acknowledged it, and the newer before the older.
CREATE INDEX alerts_urgent ON alerts (
    (((CASE severity WHEN 'extreme' THEN 1 WHEN 'severe' THEN 2 WHEN 'moderate' THEN 3 ELSE 4 END) * 2
      + (acknowledged_at IS NOT NULL)::integer) * 100000000000 - extract(epoch FROM raised_at AT TIME ZONE 'UTC')::bigint), alert_id);

CREATE VIEW watched_alerts AS
SELECT alert.alert_id, alert.rule_code, alert.rule -> 'name' ->> 'ar' AS name_ar, alert.rule -> 'name' ->> 'en' AS name_en,
       alert.rule -> 'text' ->> 'ar' AS text_ar, alert.rule -> 'text' ->> 'en' AS text_en, alert.severity, alert.raised_at,
       alert.cleared_at, alert.acknowledged_at, alert.assigned_to, alert.is_false, alert.value, datastream.unit,
       thing.name_ar AS thing_ar, thing.name_en AS thing_en, place.name_ar AS place_ar, place.name_en AS place_en,
       source.kind = 'simulated' AS is_simulated,
       ((CASE alert.severity WHEN 'extreme' THEN 1 WHEN 'severe' THEN 2 WHEN 'moderate' THEN 3 ELSE 4 END) * 2
        + (alert.acknowledged_at IS NOT NULL)::integer) * 100000000000 - extract(epoch FROM alert.raised_at AT TIME ZONE 'UTC')::bigint AS urgency
FROM alerts AS alert
LEFT JOIN things AS thing ON thing.thing_id = alert.thing_id
LEFT JOIN sources AS source ON source.source_id = thing.source_id
LEFT JOIN places AS place ON place.code = thing.place_code
LEFT JOIN datastreams AS datastream ON datastream.datastream_id = alert.datastream_id;

GRANT SELECT ON watched_alerts TO falaj_portal;
