-- waiting --
-- Ideas that a moderator decides about: never their own, and on appeal never the one that they held back.
SELECT 'moderate' AS step, idea_id AS object_id, title AS titles_ar, title AS titles_en, state, due.instant AS due,
       state_changed_at AS since, '/ideas/' || idea_id AS path, 1 AS number
FROM participation.ideas
LEFT JOIN innovation.deadlines AS due ON due.object_id = idea_id AND due.name = 'admit_due'
WHERE state = ANY (%(moderate)s::text[]) AND (%(moderate_of)s::uuid[] IS NULL OR session_id = ANY (%(moderate_of)s))
  AND author_id IS DISTINCT FROM %(person_id)s
  AND NOT EXISTS (SELECT FROM participation.idea_moderations AS own
                  WHERE own.object_id = ideas.idea_id AND moderator_id = %(person_id)s)

-- idea --
-- Ideas that were admitted and not withdrawn, in the language in which they were written.
SELECT idea_id AS key, CASE language WHEN 'ar' THEN title END AS titles_ar, CASE language WHEN 'en' THEN title END AS titles_en,
       CASE language WHEN 'ar' THEN body END AS texts_ar, CASE language WHEN 'en' THEN body END AS texts_en,
       '{}'::text[] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       admitted_at AS at, '/portal/ideas/' || idea_id AS path
FROM open_participation.ideas
