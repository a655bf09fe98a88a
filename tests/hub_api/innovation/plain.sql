-- submissions --
-- The gallery as one would say it, without a thought for how long it takes.
SELECT submission.submission_id, hackathon.code, challenge.challenge_id, version.content ->> 'title',
       version.content ->> 'summary', team.name, submission.state, version.submitted_at, encode(version.digest, 'hex'),
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('kind', kind, 'reference', reference)
                            ORDER BY noted_at, continuation_id)
           FROM innovation.continuations AS own WHERE own.submission_id = submission.submission_id
       ), '[]')
FROM innovation.submissions AS submission
JOIN innovation.hackathons AS hackathon USING (hackathon_id)
JOIN innovation.teams AS team USING (team_id)
JOIN innovation.submission_versions AS version
    ON version.submission_id = submission.submission_id AND version.number = submission.versions
LEFT JOIN open_innovation.challenges AS challenge ON challenge.challenge_id = team.challenge_id
WHERE submission.state IN ('eligible', 'finalist', 'not_selected') AND team.state = 'locked'
  AND hackathon.state IN ('judging', 'deliberation', 'results_provisional', 'results_final', 'archived')
ORDER BY submission.submission_id

-- results --
-- The places of the results that were released last, of what is in the gallery.
SELECT concat_ws('/', hackathon.code, placed.track, placed.place, placed.submission_id), hackathon.code,
       hackathon.title_en, hackathon.title_ar,
       CASE hackathon.state WHEN 'results_provisional' THEN 'provisional' ELSE 'final' END, told.released_at,
       challenge.challenge_id, placed.submission_id, version.content ->> 'title', team.name, placed.place,
       placed.normalised, placed.raw, placed.raw_place, placed.sheets
FROM innovation.hackathons AS hackathon
CROSS JOIN LATERAL (
    SELECT result_set_id, released_at FROM innovation.result_sets
    WHERE result_sets.hackathon_id = hackathon.hackathon_id AND released_at IS NOT NULL
    ORDER BY number DESC LIMIT 1
) AS told
JOIN innovation.placings AS placed ON placed.result_set_id = told.result_set_id
JOIN innovation.submissions AS submission ON submission.submission_id = placed.submission_id
JOIN innovation.teams AS team ON team.team_id = submission.team_id
JOIN innovation.submission_versions AS version
    ON version.submission_id = submission.submission_id AND version.number = submission.versions
LEFT JOIN open_innovation.challenges AS challenge ON challenge.challenge_id::text = placed.track
WHERE submission.state IN ('eligible', 'finalist', 'not_selected') AND team.state = 'locked'
  AND hackathon.state IN ('results_provisional', 'results_final', 'archived')
ORDER BY hackathon.code, placed.track, placed.place, placed.submission_id

-- choices --
-- The people's choice: code, titles, votes, submission, title and team of who has most of the votes that count.
SELECT code, title_en, title_ar, votes, submission_id, title, team FROM (
    SELECT hackathon.code, hackathon.title_en, hackathon.title_ar, counts.votes, submission.submission_id,
           version.content ->> 'title' AS title, team.name AS team,
           rank() OVER (PARTITION BY hackathon.hackathon_id ORDER BY counts.votes DESC) AS place
    FROM innovation.vote_counts AS counts
    JOIN innovation.submissions AS submission USING (submission_id)
    JOIN innovation.ballots AS ballot USING (hackathon_id)
    JOIN innovation.hackathons AS hackathon ON hackathon.hackathon_id = submission.hackathon_id
    JOIN innovation.teams AS team ON team.team_id = submission.team_id
    JOIN innovation.submission_versions AS version
        ON version.submission_id = submission.submission_id AND version.number = submission.versions
    WHERE ballot.closes_at <= now() AND team.state = 'locked'
      AND submission.state IN ('eligible', 'finalist', 'not_selected')
      AND hackathon.state IN ('results_final', 'archived')
) AS tally
WHERE place = 1
ORDER BY code, submission_id

-- reach --
-- Whom events reached that are verified, the largest figure of each.
SELECT to_char(month, 'YYYY-MM'), governorate, topic, audience, count(*), sum(reached)::bigint
FROM (
    SELECT date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month, governorate, topic, audience,
           max(counted) AS reached
    FROM innovation.activities JOIN innovation.outreach_events USING (event_id)
    WHERE state = 'verified'
    GROUP BY event_id, month, governorate, topic, audience
) AS event
GROUP BY month, governorate, topic, audience
ORDER BY month, coalesce(governorate, ''), topic, audience
