-- What everybody may read of a contest, beside the rest of the open data of the programme. States are listed: one
-- that is new is not public until it stands here.
--
-- A page is to cost as much as its rows, however many there are besides. So whether a row is public is asked row by
-- row, in the order of an index: a join would be decided for all of them before the first is told. What is the same
-- for all rows stands in an array, which is made once; what is told besides is looked up for one row at a time.

-- The gallery, from the beginning of judging on: what was handed in last, and nothing that was written since.
CREATE VIEW innovation.public_submissions AS
SELECT submission_id, hackathon_id, team_id, state, versions
FROM innovation.submissions AS submission
WHERE state IN ('eligible', 'finalist', 'not_selected')
  AND hackathon_id = ANY (ARRAY(
      SELECT hackathon.hackathon_id FROM innovation.hackathons AS hackathon
      WHERE hackathon.state IN ('judging', 'deliberation', 'results_provisional', 'results_final', 'archived')))
  AND (SELECT team.state = 'locked' FROM innovation.teams AS team WHERE team.team_id = submission.team_id)
  AND (SELECT true FROM innovation.submission_versions AS version
       WHERE version.submission_id = submission.submission_id AND version.number = submission.versions);

CREATE VIEW open_innovation.submissions WITH (security_barrier) AS
SELECT submission.submission_id, submission.hackathon_id, told.hackathon_code,
       (SELECT team.challenge_id FROM innovation.teams AS team
        WHERE team.team_id = submission.team_id
          AND team.challenge_id = ANY (ARRAY(SELECT challenge.challenge_id FROM open_innovation.challenges AS challenge))
       ) AS challenge_id,
       told.title, told.summary, told.team, submission.state, told.submitted_at, told.sha256,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('kind', kind, 'reference', reference)
                            ORDER BY noted_at, continuation_id)
           FROM innovation.continuations AS own WHERE own.submission_id = submission.submission_id
       ), '[]') AS continuations
FROM innovation.public_submissions AS submission
CROSS JOIN LATERAL (
    SELECT hackathon.code AS hackathon_code, version.content ->> 'title' AS title,
           version.content ->> 'summary' AS summary, team.name AS team, version.submitted_at,
           encode(version.digest, 'hex') AS sha256
    FROM innovation.hackathons AS hackathon, innovation.teams AS team, innovation.submission_versions AS version
    WHERE hackathon.hackathon_id = submission.hackathon_id AND team.team_id = submission.team_id
      AND version.submission_id = submission.submission_id AND version.number = submission.versions
    LIMIT 1
) AS told
ORDER BY submission.submission_id;

-- The results of each hackathon that were released last.
CREATE VIEW innovation.told_results AS
SELECT told.result_set_id, told.hackathon_id, hackathon.code AS hackathon_code,
       hackathon.title_ar AS hackathon_title_ar, hackathon.title_en AS hackathon_title_en,
       CASE hackathon.state WHEN 'results_provisional' THEN 'provisional' ELSE 'final' END AS status,
       told.released_at
FROM innovation.result_sets AS told JOIN innovation.hackathons AS hackathon USING (hackathon_id)
WHERE told.released_at IS NOT NULL AND hackathon.state IN ('results_provisional', 'results_final', 'archived')
  AND NOT EXISTS (SELECT FROM innovation.result_sets AS later
                  WHERE later.hackathon_id = told.hackathon_id AND later.released_at IS NOT NULL
                    AND later.number > told.number);

CREATE VIEW open_innovation.told_results WITH (security_barrier) AS
SELECT result_set_id, hackathon_id, hackathon_code, hackathon_title_ar, hackathon_title_en, status, released_at
FROM innovation.told_results;

-- Their places; what has left the contest since is not named any more.
CREATE VIEW open_innovation.placings WITH (security_barrier) AS
SELECT result_set_id, track,
       CASE WHEN track = ANY (ARRAY(SELECT challenge.challenge_id::text FROM open_innovation.challenges AS challenge))
            THEN track::uuid END AS challenge_id,
       place, submission_id, normalised, raw, raw_place, sheets
FROM innovation.placings AS placed
WHERE result_set_id = ANY (ARRAY(SELECT told.result_set_id FROM innovation.told_results AS told))
  AND (SELECT true FROM innovation.public_submissions AS submission
       WHERE submission.submission_id = placed.submission_id)
ORDER BY result_set_id, track, place, submission_id;

-- One vote a person, none for one's own team; told once voting has closed.
CREATE VIEW innovation.peoples_choice AS
SELECT hackathon_id, submission_id, votes, rank() OVER (PARTITION BY hackathon_id ORDER BY votes DESC) AS place
FROM innovation.vote_counts
JOIN innovation.public_submissions USING (submission_id)
JOIN innovation.ballots USING (hackathon_id)
WHERE closes_at <= now();

-- Who won what once results are final: the first three places of each track, and the people's choice.
CREATE VIEW open_innovation.awards WITH (security_barrier) AS
SELECT told.hackathon_id, 'place' AS award, placed.track, placed.challenge_id, placed.place::bigint AS place,
       NULL::bigint AS votes, placed.submission_id
FROM innovation.told_results AS told
CROSS JOIN LATERAL (
    SELECT track, challenge_id, place, submission_id FROM open_innovation.placings
    WHERE placings.result_set_id = told.result_set_id AND placings.place <= 3
    OFFSET 0
) AS placed
WHERE told.status = 'final'
UNION ALL
SELECT choice.hackathon_id, 'peoples_choice', '', NULL::uuid, choice.place, choice.votes, choice.submission_id
FROM innovation.peoples_choice AS choice
JOIN innovation.hackathons AS hackathon USING (hackathon_id)
WHERE choice.place = 1 AND hackathon.state IN ('results_final', 'archived');

GRANT SELECT ON open_innovation.submissions, open_innovation.told_results, open_innovation.placings,
    open_innovation.awards TO falaj_read;
