-- sessions --
-- Sessions after an identifier, ordered by it.
SELECT session_id, state, title_ar, title_en, question_ar, question_en, decider_id, decider_name_ar, decider_name_en, governorate,
       place_ar, place_en, begins_at, ends_at, seats, agenda, recording_link, summary_due_at, summary_ar, summary_en, amendments,
       amendments_taken, decisions, none_because_ar, none_because_en, published_at, state_changed_at
FROM open_participation.sessions
WHERE session_id > %(after)s::uuid
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (%(organisation)s::text IS NULL OR decider_id::text = %(organisation)s)
ORDER BY session_id
LIMIT %(rows)s

-- version --
-- What changes with anything that a session says.
SELECT md5(string_agg(md5(row::text), '' ORDER BY session_id)) FROM open_participation.sessions AS row
