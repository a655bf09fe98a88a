-- waiting --
-- Calls that nothing moves on but their officers: to approve, and to lead from a close to what is announced.
SELECT step, call_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, instant AS due,
       state_changed_at AS since, '/calls/' || call_id || '/desk' AS path, 1 AS number
FROM (VALUES ('approve', %(approve)s::text[]), ('lead_on', %(lead_on)s)) AS steps (step, states)
JOIN innovation.calls ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = call_id
    AND name = CASE state WHEN 'draft' THEN 'opens' WHEN 'decided' THEN 'appeals_close' END
WHERE %(approve_of)s::uuid[] IS NULL OR call_id = ANY (%(approve_of)s)

-- call --
-- Calls since they were announced, with who pays.
SELECT call_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, organisation_name_ar) AS texts_ar,
       concat_ws(' ', summary_en, organisation_name_en) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates,
       '{}'::text[] AS places, published_at AS at, '/portal/calls/' || call_id AS path
FROM open_innovation.calls
