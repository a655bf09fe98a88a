-- waiting --
-- Sessions that go on by whoever leads them or agrees with what they recommend.
SELECT step, session_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, due.instant AS due,
       state_changed_at AS since, '/desk/dialogue/' || session_id AS path, 1 AS number
FROM (VALUES ('announce', %(announce)s::text[], %(announce_of)s::uuid[]), ('sum_up', %(sum_up)s, %(sum_up_of)s),
             ('fix', %(fix)s, %(fix_of)s), ('count', %(count)s, %(count_of)s), ('agree', %(agree)s, %(agree_of)s))
    AS steps (step, states, held_in)
JOIN participation.dialogue_sessions ON state = ANY (states)
LEFT JOIN innovation.deadlines AS due ON due.object_id = session_id
    AND due.name = CASE step WHEN 'announce' THEN 'begins' WHEN 'sum_up' THEN 'summary_due' WHEN 'fix' THEN 'amend_ends' END
WHERE (held_in IS NULL OR session_id = ANY (held_in))
  AND CASE step
      WHEN 'count' THEN EXISTS (SELECT FROM participation.votings AS own WHERE own.object_id = dialogue_sessions.session_id
                                AND release_id IS NULL AND closes_at <= %(at)s
                                AND NOT EXISTS (SELECT FROM participation.counts WHERE counts.object_id = own.object_id))
      WHEN 'agree' THEN EXISTS (SELECT FROM participation.recommendations AS own WHERE own.session_id = dialogue_sessions.session_id
                                AND decision_id IS NULL AND own.drafted_by IS DISTINCT FROM %(person_id)s)
      ELSE true END

-- session --
-- Sessions since they were announced.
SELECT session_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', question_ar, summary_ar, place_ar, decider_name_ar) AS texts_ar,
       concat_ws(' ', question_en, summary_en, place_en, decider_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, begins_at AS at,
       '/portal/dialogue/' || session_id AS path
FROM open_participation.sessions
