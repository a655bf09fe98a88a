-- waiting --
-- Needs that an agency writes, answers questions about, evaluates and awards; that the programme reviews or resumes; and
-- keys that the person makes and brings. Whether anybody has responded is not said before the close.
SELECT step, need_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state,
       CASE step WHEN 'award' THEN instant END AS due, state_changed_at AS since,
       '/needs/' || need_id || CASE step WHEN 'evaluate' THEN '/evaluation' ELSE '/desk' END AS path, 1 AS number
FROM (VALUES ('submit', %(submit)s::text[], %(submit_of)s::uuid[]), ('conclude', %(conclude)s, %(submit_of)s),
             ('evaluate', %(evaluate)s, %(submit_of)s), ('award', %(award)s, %(submit_of)s),
             ('review', %(review)s, %(review_of)s), ('resume', %(resume)s, %(review_of)s)) AS steps (step, states, held_in)
JOIN innovation.needs ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = need_id AND name = 'standstill_ends'
WHERE (held_in IS NULL OR organisation_id = ANY (held_in)) AND (step <> 'award' OR instant <= %(at)s)
  AND (step <> 'conclude' OR NOT is_sealed)
UNION ALL
SELECT 'answer', need_id, title_ar, title_en, state, min(instant), min(asked_at), '/needs/' || need_id || '/desk', count(*)
FROM innovation.needs JOIN innovation.need_questions USING (need_id)
LEFT JOIN innovation.deadlines ON object_id = need_id AND name = 'responses_close'
WHERE state = ANY (%(answer)s) AND organisation_id = ANY (%(answer_of)s) AND answered_at IS NULL
GROUP BY needs.need_id
UNION ALL
SELECT step, need_id, title_ar, title_en, state, NULL, state_changed_at, '/needs/' || need_id || '/opening', 1
FROM (VALUES ('make_key', %(make_key)s::text[]), ('bring_key', %(bring_key)s)) AS steps (step, states)
JOIN innovation.needs ON state = ANY (states) JOIN innovation.need_openers USING (need_id)
WHERE need_openers.person_id = %(person_id)s AND is_sealed
  AND (%(make_key_of)s::uuid[] IS NULL OR organisation_id = ANY (%(make_key_of)s))
  AND CASE step WHEN 'make_key' THEN public_key IS NULL ELSE opened_at IS NULL END

-- need --
-- Needs that were published, with whose they are and what they are about.
SELECT need_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', problem_ar, agency_name_ar) AS texts_ar,
       concat_ws(' ', problem_en, agency_name_en) AS texts_en, ARRAY[sector] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, published_at AS at,
       '/portal/needs/' || need_id AS path
FROM open_innovation.needs
