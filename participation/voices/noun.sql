-- waiting --
-- For a handler what they have in hand; for those who speak for the organisation what nobody has; for the programme what is
-- at the last level and late. Nothing to whoever is in conflict with it.
SELECT step, voice_id AS object_id, subject AS titles_ar, subject AS titles_en, state, instant AS due,
       voices.state_changed_at AS since, '/desk/voices/' || voice_id AS path, 1 AS number
FROM (VALUES ('acknowledge', %(acknowledge)s::text[], %(acknowledge_of)s::uuid[]), ('answer', %(answer)s, %(answer_of)s),
             ('hand_over', %(hand_over)s, %(hand_over_of)s), ('overdue', %(overdue)s, %(overdue_of)s))
    AS steps (step, states, owned)
JOIN participation.voices ON state = ANY (states)
JOIN participation.cases ON case_id = voice_id
LEFT JOIN innovation.deadlines ON object_id = voice_id
    AND name = CASE state WHEN 'received' THEN 'acknowledge_due' ELSE 'answer_due' END
WHERE (owned IS NULL OR voices.organisation_id = ANY (owned))
  AND CASE step WHEN 'hand_over' THEN handler_id IS NULL
                WHEN 'overdue' THEN level = 3 AND instant <= %(at)s
                ELSE handler_id = %(person_id)s END
  AND voice_id NOT IN (SELECT conflict.case_id FROM participation.case_conflicts AS conflict
                       WHERE conflict.person_id = %(person_id)s)

-- voice --
-- Problems in public places that their authors let everybody see: what about, where, and with whom; nothing that anybody wrote.
SELECT number AS key, NULL::text AS titles_ar, NULL::text AS titles_en, organisation_ar AS texts_ar, organisation_en AS texts_en,
       ARRAY[topic] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       received_at AS at, '/open311/v2/requests/' || number || '.json' AS path
FROM open_participation.public_problems
