-- waiting --
-- Calls that nothing moves on but their officers: to approve, and to lead from a close to what is announced.
SELECT step, call_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, instant AS due,
       state_changed_at AS since, '/calls/' || call_id || '/desk' AS path, 1 AS number
FROM (VALUES ('approve', %(approve)s::text[]), ('lead_on', %(lead_on)s)) AS steps (step, states)
JOIN innovation.calls ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = call_id
    AND name = CASE state WHEN 'draft' THEN 'opens' WHEN 'decided' THEN 'appeals_close' END
WHERE %(approve_of)s::uuid[] IS NULL OR call_id = ANY (%(approve_of)s)
