-- waiting --
-- What goes on: that nobody has acknowledged or taken, and what somebody is to look after until it is over or assessed.
SELECT step, alert_id AS object_id, rule -> 'name' ->> 'ar' AS titles_ar, rule -> 'name' ->> 'en' AS titles_en, state, NULL::timestamptz AS due,
       raised_at AS since, '/desk/alerts/' || alert_id AS path, 1 AS number
FROM (VALUES ('acknowledge', %(acknowledge)s::text[], %(acknowledge_of)s::uuid[]), ('look_after', %(look_after)s, %(look_after_of)s))
         AS steps (step, states, held_in)
CROSS JOIN unnest(states) AS state
JOIN public.alerts ON cleared_at IS NULL
WHERE held_in IS NULL
  AND CASE step WHEN 'acknowledge' THEN acknowledged_at IS NULL AND assigned_to IS NULL
                ELSE assigned_to = %(person_id)s::text AND is_false IS NULL END
