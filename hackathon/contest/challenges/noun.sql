-- is_decided --
-- Prepared and not told.
EXISTS (SELECT FROM innovation.decisions WHERE machine = 'challenge' AND decisions.object_id = challenge_id
                                           AND released_at IS NULL AND withdrawn_at IS NULL)

-- waiting --
-- Challenges that their agency writes, and those that the organisers look at, decide about, tell and publish.
SELECT 'propose' AS step, challenge_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, instant AS due,
       state_changed_at AS since, '/challenges/' || challenge_id AS path, 1 AS number
FROM innovation.challenges LEFT JOIN innovation.deadlines ON object_id = hackathon_id
    AND name = CASE state WHEN 'draft' THEN 'challenges_close' ELSE 'starts' END
WHERE state = ANY (%(propose)s) AND organisation_id = ANY (%(propose_of)s)
UNION ALL
SELECT step, challenge_id, title_ar, title_en, state, instant, state_changed_at, '/challenges/' || challenge_id, 1
FROM (VALUES ('take_up', %(take_up)s::text[]), ('decide', %(decide)s), ('publish', %(publish)s)) AS steps (step, states)
JOIN innovation.challenges ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = hackathon_id AND name = 'starts'
WHERE (%(publish_of)s::uuid[] IS NULL OR hackathon_id = ANY (%(publish_of)s))
  AND (step <> 'decide' OR NOT
       -- + is_decided
      )
UNION ALL
SELECT 'release', hackathons.hackathon_id, hackathons.title_ar, hackathons.title_en, min(challenges.state), NULL,
       min(challenges.state_changed_at), '/hackathons/' || hackathons.hackathon_id || '/desk', count(*)
FROM innovation.hackathons JOIN innovation.challenges USING (hackathon_id)
WHERE challenges.state = ANY (%(release)s)
  AND (%(release_of)s::uuid[] IS NULL OR hackathons.hackathon_id = ANY (%(release_of)s)) AND
       -- + is_decided
GROUP BY hackathons.hackathon_id

-- challenge --
-- Challenges that are published, with whose they are and the place of their hackathon.
SELECT challenge_id AS key, challenge.title_ar AS titles_ar, challenge.title_en AS titles_en,
       concat_ws(' ', problem_ar, organisation_name_ar) AS texts_ar, concat_ws(' ', problem_en, organisation_name_en) AS texts_en,
       '{}'::text[] AS codes, '{}'::text[] AS governorates, array_remove(ARRAY[place_ar, place_en, summary_en], NULL) AS places,
       NULL::timestamptz AS at, '/portal/challenges/' || challenge_id AS path
FROM open_innovation.challenges AS challenge JOIN open_innovation.hackathons USING (hackathon_id)
