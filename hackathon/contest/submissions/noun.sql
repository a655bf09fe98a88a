-- waiting --
-- What the person's teams hand in, begun or not; and what organisers screen and tell. Who judges a hackathon has teams
-- that do not exist for them, and learns of what waits there on its pages alone.
SELECT 'hand_in' AS step, coalesce(submission_id, team_id) AS object_id, name AS titles_ar, name AS titles_en,
       coalesce(submissions.state, 'draft') AS state, coalesce(late_until, closes) AS due,
       coalesce(submissions.state_changed_at, hackathons.state_changed_at) AS since,
       CASE WHEN submission_id IS NULL THEN '/teams/' || team_id || '/submission'
            ELSE '/submissions/' || submission_id END AS path, 1 AS number
FROM innovation.teams JOIN innovation.hackathons USING (hackathon_id)
JOIN (SELECT object_id, instant AS closes FROM innovation.deadlines WHERE name = 'submissions_close') AS close
    ON object_id = teams.hackathon_id
LEFT JOIN innovation.submissions USING (team_id)
WHERE teams.state = 'locked' AND team_id = ANY (%(hand_in_of)s) AND coalesce(submissions.state, 'draft') = ANY (%(hand_in)s)
  AND (hackathons.state IN ('running', 'submissions_closed', 'screening')
       OR (hackathons.state = 'registration_open' AND EXISTS (
           SELECT FROM innovation.deadlines
           WHERE object_id = teams.hackathon_id AND deadlines.name = 'starts' AND instant <= %(at)s)))
  AND coalesce(late_until, closes) > %(at)s
UNION ALL
SELECT step, hackathons.hackathon_id, title_ar, title_en, min(submissions.state), NULL, min(submissions.state_changed_at),
       '/hackathons/' || hackathons.hackathon_id || '/desk/submissions', count(*)
FROM (VALUES ('screen', %(screen)s::text[], false), ('release', %(release)s, true)) AS steps (step, states, decided)
JOIN innovation.submissions ON submissions.state = ANY (states)
JOIN innovation.hackathons ON hackathons.hackathon_id = submissions.hackathon_id
WHERE (%(screen_of)s::uuid[] IS NULL OR hackathons.hackathon_id = ANY (%(screen_of)s))
  AND hackathons.state IN ('submissions_closed', 'screening', 'judging')
  AND decided = EXISTS (
      SELECT FROM innovation.decisions WHERE machine = 'submission' AND decisions.object_id = submission_id
      AND released_at IS NULL AND withdrawn_at IS NULL)
  AND NOT EXISTS (
      SELECT FROM innovation.judges WHERE judges.hackathon_id = hackathons.hackathon_id
      AND judges.person_id = %(person_id)s AND judges.state IN ('invited', 'accepted'))
GROUP BY step, hackathons.hackathon_id

-- submission --
-- What teams handed in, once everybody may read it.
SELECT submission_id AS key, title AS titles_ar, title AS titles_en, concat_ws(' ', summary, team) AS texts_ar,
       concat_ws(' ', summary, team) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, '{}'::text[] AS places,
       submitted_at AS at, '/portal/hackathons/' || hackathon_id || '/results' AS path
FROM open_innovation.submissions
