-- submissions --
-- The gallery after an identifier, ordered by it. The first page is after one as well, so that each is a range of the
-- index. How many rows are asked for is hidden in a question: the planner would plan every page anew for it, which
-- takes longer than to read one.
SELECT submission_id, hackathon_code, challenge_id, title, summary, team, state, submitted_at, sha256, continuations
FROM open_innovation.submissions
WHERE submission_id > %(after)s::uuid
  AND (%(hackathon)s::text IS NULL
       OR hackathon_id = (SELECT hackathon_id FROM open_innovation.hackathons WHERE code = %(hackathon)s))
  -- Not with OR: of that the planner believes that hardly a row is left, and begins elsewhere. The hackathon of a
  -- challenge is that of its teams, and is compared without asking for the team.
  AND CASE WHEN %(challenge)s::uuid IS NULL THEN true
           ELSE hackathon_id = (SELECT hackathon_id FROM open_innovation.challenges WHERE challenge_id = %(challenge)s) END
  AND CASE WHEN %(challenge)s IS NULL THEN true ELSE challenge_id = %(challenge)s END
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY submission_id
LIMIT (SELECT %(rows)s::bigint)
