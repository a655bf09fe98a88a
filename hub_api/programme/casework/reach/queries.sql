-- media_reach --
-- Numbers after an identifier, ordered by it.
SELECT reach_id, subject_kind, subject_id, medium, measure, number, source, counted_on
FROM open_participation.media_reach
WHERE reach_id > %(after)s::uuid
  AND (%(subject)s::text IS NULL OR subject_id::text = %(subject)s)
ORDER BY reach_id
LIMIT %(rows)s

-- version --
-- What changes with any of them.
SELECT md5(string_agg(md5(row::text), '' ORDER BY reach_id)) FROM open_participation.media_reach AS row
