-- idea --
-- Ideas that were admitted and not withdrawn, in the language in which they were written.
SELECT idea_id AS key, CASE language WHEN 'ar' THEN title END AS titles_ar, CASE language WHEN 'en' THEN title END AS titles_en,
       CASE language WHEN 'ar' THEN body END AS texts_ar, CASE language WHEN 'en' THEN body END AS texts_en,
       '{}'::text[] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       admitted_at AS at, '/portal/ideas/' || idea_id AS path
FROM open_participation.ideas
