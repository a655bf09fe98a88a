-- What everybody may read of a contest, beside the rest of the open data of the programme. States are listed: one
-- that is new is not public until it stands here.

-- The gallery, from the beginning of judging on: what was handed in last, and nothing that was written since.
CREATE VIEW open_innovation.submissions WITH (security_barrier) AS
SELECT submission.submission_id, hackathon.hackathon_id, hackathon.code AS hackathon_code,
       challenge.challenge_id, version.content ->> 'title' AS title, version.content ->> 'summary' AS summary,
       team.name AS team, submission.state, version.submitted_at, encode(version.digest, 'hex') AS sha256,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('kind', kind, 'reference', reference)
                            ORDER BY noted_at, continuation_id)
           FROM innovation.continuations AS own WHERE own.submission_id = submission.submission_id
       ), '[]') AS continuations
FROM innovation.submissions AS submission
JOIN innovation.hackathons AS hackathon USING (hackathon_id)
JOIN innovation.teams AS team USING (team_id)
JOIN innovation.submission_versions AS version
    ON version.submission_id = submission.submission_id AND version.number = submission.versions
LEFT JOIN open_innovation.challenges AS challenge ON challenge.challenge_id = team.challenge_id
WHERE submission.state IN ('eligible', 'finalist', 'not_selected') AND team.state = 'locked'
  AND hackathon.state IN ('judging', 'deliberation', 'results_provisional', 'results_final', 'archived');

-- The places of the results that were released last; what has left the contest since is not named any more.
CREATE VIEW open_innovation.results WITH (security_barrier) AS
SELECT concat_ws('/', submission.hackathon_code, placed.track, lpad(placed.place::text, 6, '0'),
                 submission.submission_id) COLLATE "C" AS position,
       submission.hackathon_code, hackathon.title_ar AS hackathon_title_ar, hackathon.title_en AS hackathon_title_en,
       CASE hackathon.state WHEN 'results_provisional' THEN 'provisional' ELSE 'final' END AS status,
       told.released_at, challenge.challenge_id, submission.submission_id, submission.title, submission.team,
       placed.place, placed.normalised, placed.raw, placed.raw_place, placed.sheets
FROM innovation.hackathons AS hackathon
CROSS JOIN LATERAL (
    SELECT result_set_id, released_at FROM innovation.result_sets
    WHERE result_sets.hackathon_id = hackathon.hackathon_id AND released_at IS NOT NULL
    ORDER BY number DESC LIMIT 1
) AS told
JOIN innovation.placings AS placed ON placed.result_set_id = told.result_set_id
JOIN open_innovation.submissions AS submission ON submission.submission_id = placed.submission_id
LEFT JOIN open_innovation.challenges AS challenge ON challenge.challenge_id::text = placed.track
WHERE hackathon.state IN ('results_provisional', 'results_final', 'archived');

-- One vote a person, the last one counts, none for one's own team; told once voting has closed.
CREATE VIEW innovation.peoples_choice AS
SELECT submission.hackathon_id, submission.submission_id, count(*) AS votes,
       rank() OVER (PARTITION BY submission.hackathon_id ORDER BY count(*) DESC) AS place
FROM innovation.votes AS vote
JOIN innovation.ballots AS ballot USING (hackathon_id)
JOIN open_innovation.submissions AS submission ON submission.submission_id = vote.submission_id
WHERE ballot.closes_at <= now()
  AND NOT EXISTS (SELECT FROM innovation.submissions AS own JOIN innovation.team_members AS member USING (team_id)
                  WHERE own.submission_id = vote.submission_id AND member.person_id = vote.person_id
                    AND member.state = 'member')
  AND NOT EXISTS (SELECT FROM innovation.submissions AS own JOIN innovation.team_mentors AS mentor USING (team_id)
                  WHERE own.submission_id = vote.submission_id AND mentor.person_id = vote.person_id)
GROUP BY submission.hackathon_id, submission.submission_id;

-- Who won what once results are final: the first three places of each track, and the people's choice.
CREATE VIEW open_innovation.awards WITH (security_barrier) AS
SELECT concat_ws('/', result.hackathon_code, 'place', coalesce(result.challenge_id::text, ''),
                 lpad(result.place::text, 6, '0'), result.submission_id) COLLATE "C" AS position,
       result.hackathon_code, result.hackathon_title_ar, result.hackathon_title_en, 'place' AS award,
       result.challenge_id, result.place::bigint AS place, NULL::bigint AS votes, result.submission_id, result.title,
       result.team, submission.continuations
FROM open_innovation.results AS result JOIN open_innovation.submissions AS submission USING (submission_id)
WHERE result.status = 'final' AND result.place <= 3
UNION ALL
SELECT concat_ws('/', submission.hackathon_code, 'peoples_choice', '', lpad(choice.place::text, 6, '0'),
                 submission.submission_id) COLLATE "C",
       submission.hackathon_code, hackathon.title_ar, hackathon.title_en, 'peoples_choice', NULL::uuid, choice.place,
       choice.votes, submission.submission_id, submission.title, submission.team, submission.continuations
FROM innovation.peoples_choice AS choice
JOIN open_innovation.submissions AS submission USING (submission_id)
JOIN innovation.hackathons AS hackathon ON hackathon.hackathon_id = choice.hackathon_id
WHERE choice.place = 1 AND hackathon.state IN ('results_final', 'archived');

GRANT SELECT ON open_innovation.submissions, open_innovation.results, open_innovation.awards TO falaj_read;
