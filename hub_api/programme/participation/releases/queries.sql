-- releases --
-- Releases after an identifier, ordered by it.
SELECT release_id, subject_kind, subject_id, corrects, corrected_by, released_at, sampling, asked, answered, n, hidden,
       statement_en, statement_ar, tables, document, sha256
FROM open_participation.releases
WHERE release_id > %(after)s::uuid
  AND (%(subject)s::text IS NULL OR subject_id::text = %(subject)s)
ORDER BY release_id
LIMIT %(rows)s

-- figures --
-- Figures of releases after a release and a place in it, ordered by both.
SELECT release_id, place, subject_id, code, kind, option, channel, weighted, base, value, low, high, is_replaced
FROM open_participation.figures
WHERE (%(after_release)s::uuid IS NULL OR (release_id, place) > (%(after_release)s::uuid, %(after_place)s::integer))
  AND (%(subject)s::text IS NULL OR subject_id::text = %(subject)s)
  AND (%(release)s::text IS NULL OR release_id::text = %(release)s)
ORDER BY release_id, place
LIMIT %(rows)s

-- version --
-- Releases are added and never change.
SELECT count(*), max(released_at) FROM open_participation.releases
