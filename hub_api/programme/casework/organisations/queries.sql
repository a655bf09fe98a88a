-- organisations --
-- Verified organisations after an identifier, ordered by it.
SELECT organisation_id, kind, name_en, name_ar, challenge_count
FROM open_innovation.organisations
-- Challenges are counted for these alone: a view that is a barrier counts before it knows where the page ends.
WHERE organisation_id = ANY (ARRAY(
    SELECT page.organisation_id FROM open_innovation.organisations AS page
    WHERE (%(after)s::uuid IS NULL OR page.organisation_id > %(after)s)
      AND (%(kind)s::text IS NULL OR page.kind = %(kind)s)
    ORDER BY page.organisation_id
    LIMIT %(rows)s))
ORDER BY organisation_id

-- has_organisation --
-- Whether an organisation is public: in the list, or by a challenge or a call that names it still.
SELECT EXISTS (SELECT FROM open_innovation.organisations WHERE organisation_id = %(organisation)s)
    OR EXISTS (SELECT FROM open_innovation.challenges WHERE organisation_id = %(organisation)s)
    OR EXISTS (SELECT FROM open_innovation.calls WHERE organisation_id = %(organisation)s)
