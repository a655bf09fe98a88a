-- ideas --
-- Ideas after an identifier, ordered by it.
SELECT idea_id, session_id, title, body, language, byline, governorate, state, state_reason, main_id, supports_accounts,
       supports_browsers, admitted_at, state_changed_at
FROM open_participation.ideas
WHERE idea_id > %(after)s::uuid
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (%(session)s::text IS NULL OR session_id::text = %(session)s)
ORDER BY idea_id
LIMIT %(rows)s

-- version --
-- What changes with anything that an idea says.
SELECT md5(string_agg(md5(row::text), '' ORDER BY idea_id)) FROM open_participation.ideas AS row
