-- waiting --
-- For those who ask what is to be finished; for the programme what is to be read and published, not by whoever wrote it.
SELECT step, survey_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state,
       CASE step WHEN 'publish' THEN (promised_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' ELSE opens.instant END AS due,
       state_changed_at AS since, '/desk/surveys/' || survey_id AS path, 1 AS number
FROM (VALUES ('submit', %(submit)s::text[], %(submit_of)s::uuid[]), ('schedule', %(schedule)s, %(schedule_of)s),
             ('publish', %(publish)s, %(publish_of)s)) AS steps (step, states, held_in)
JOIN participation.surveys ON state = ANY (states)
LEFT JOIN innovation.deadlines AS opens ON opens.object_id = survey_id AND opens.name = 'opens'
WHERE CASE step WHEN 'submit' THEN drafted_by = %(person_id)s OR held_in IS NOT NULL AND agency_id = ANY (held_in)
                ELSE held_in IS NULL AND drafted_by IS DISTINCT FROM %(person_id)s END
  -- Said once more of all steps together: so what waits is found by its state, and the rest is not read.
  AND state = ANY (%(submit)s::text[] || %(schedule)s::text[] || %(publish)s::text[])

-- survey --
-- Surveys since their date is known.
SELECT survey_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', purpose_ar, service_ar, agency_name_ar, decider_name_ar) AS texts_ar,
       concat_ws(' ', purpose_en, service_en, agency_name_en, decider_name_en) AS texts_en, '{}'::text[] AS codes,
       '{}'::text[] AS governorates, array_remove(ARRAY[service_ar, service_en], NULL) AS places, opens_at AS at,
       '/portal/surveys/' || survey_id AS path
FROM open_participation.surveys
