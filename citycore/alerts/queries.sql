-- lock --
-- One change of rules and receivers at a time, so that their number keeps its bound.
SELECT pg_advisory_xact_lock(hashtext('falaj_alert_rules'))

-- counts --
SELECT (SELECT count(*) FROM alert_rules), (SELECT count(*) FROM alert_receivers)

-- keep_rule --
-- A changed document is a draft again.
INSERT INTO alert_rules AS rule (code, document) VALUES (%(code)s, %(document)s)
ON CONFLICT (code) DO UPDATE SET
    document = EXCLUDED.document, state = 'draft', preview = NULL, previewed_at = NULL, preview_wanted_at = NULL,
    switched_on_at = NULL, changed_at = now()
WHERE rule.document IS DISTINCT FROM EXCLUDED.document

-- rules --
-- All rules with what became of their alerts.
SELECT rule.code, rule.document, rule.state, rule.preview, rule.previewed_at,
       coalesce(told.raised, 0), coalesce(told.assessed, 0), coalesce(told.false_count, 0), rule.preview_wanted_at
FROM alert_rules AS rule
LEFT JOIN (
    SELECT rule_code, count(*) AS raised, count(is_false) AS assessed, count(*) FILTER (WHERE is_false) AS false_count
    FROM alerts GROUP BY rule_code
) AS told ON told.rule_code = rule.code
WHERE %(code)s::text IS NULL OR rule.code = %(code)s
ORDER BY rule.code

-- keep_preview --
UPDATE alert_rules SET preview = %(preview)s, previewed_at = now(), preview_wanted_at = NULL
WHERE code = %(code)s AND document = %(document)s

-- want_preview --
UPDATE alert_rules SET preview_wanted_at = coalesce(preview_wanted_at, now()) WHERE code = %(code)s RETURNING code

-- switch --
UPDATE alert_rules SET state = %(state)s, changed_at = now(),
    switched_on_at = CASE WHEN %(state)s = 'on' THEN now() ELSE switched_on_at END
WHERE code = %(code)s RETURNING code

-- remove_rule --
DELETE FROM alert_rules WHERE code = %(code)s RETURNING code

-- keep_receiver --
INSERT INTO alert_receivers (code, kind, address, language, secret)
VALUES (%(code)s, %(kind)s, %(address)s, %(language)s, %(secret)s)
ON CONFLICT (code) DO UPDATE SET kind = EXCLUDED.kind, address = EXCLUDED.address, language = EXCLUDED.language,
    secret = EXCLUDED.secret, failure_count = 0, resting_until = NULL

-- receivers --
SELECT code, kind, address, language, failure_count, resting_until FROM alert_receivers ORDER BY code

-- remove_receiver --
DELETE FROM alert_receivers WHERE code = %(code)s RETURNING code

-- acknowledge --
UPDATE alerts SET acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, %(by_whom)s)
WHERE alert_id = %(alert_id)s RETURNING alert_id

-- assign --
UPDATE alerts SET assigned_to = %(note)s WHERE alert_id = %(alert_id)s RETURNING alert_id

-- assess --
UPDATE alerts SET is_false = %(is_false)s WHERE alert_id = %(alert_id)s RETURNING alert_id

-- note --
INSERT INTO alert_events (alert_id, event, at, by_whom, note)
VALUES (%(alert_id)s, %(event)s, now(), %(by_whom)s, %(note)s)

-- alerts --
-- The newest first.
SELECT alert_id, rule_code, subject, severity, raised_at, cleared_at, acknowledged_by, assigned_to, is_false
FROM alerts
WHERE NOT %(is_open)s OR cleared_at IS NULL
ORDER BY raised_at DESC, alert_id
LIMIT %(rows)s

-- watched --
-- An alert as who looks after it sees it.
SELECT alert.alert_id, alert.rule, alert.severity, alert.is_public, alert.raised_at, alert.value, datastream.unit, alert.expected_at,
       alert.cleared_at, alert.acknowledged_at, alert.acknowledged_by, alert.assigned_to, alert.is_false,
       thing.code AS thing, thing.name_en AS thing_en, thing.name_ar AS thing_ar, place.name_en AS place_en, place.name_ar AS place_ar,
       source.kind = 'simulated' AS is_simulated
FROM alerts AS alert
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN places AS place ON place.code = thing.place_code
LEFT JOIN datastreams AS datastream ON datastream.datastream_id = alert.datastream_id
WHERE alert.alert_id = %(alert_id)s

-- history --
SELECT event, at, noted_at, value, by_whom, note FROM alert_events WHERE alert_id = %(alert_id)s ORDER BY event_id
