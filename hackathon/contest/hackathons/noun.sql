-- waiting --
-- Hackathons that nothing moves on but their organisers. Who judges one does not learn here how far its other judges are.
SELECT step, hackathon_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state,
       CASE WHEN state IN ('draft', 'postponed', 'deliberation') THEN instant END AS due, state_changed_at AS since,
       '/hackathons/' || hackathon_id || '/desk' AS path, 1 AS number
FROM (VALUES ('announce', %(announce)s::text[], 'registration_opens'), ('resume', %(resume)s, 'registration_opens'),
             ('lead_on', %(lead_on)s, 'appeals_close')) AS steps (step, states, deadline)
JOIN innovation.hackathons ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = hackathon_id AND name = deadline
WHERE (%(lead_on_of)s::uuid[] IS NULL OR hackathon_id = ANY (%(lead_on_of)s))
  AND (state <> 'results_provisional' OR instant <= %(at)s)
  AND (state <> 'judging' OR NOT EXISTS (
      SELECT FROM innovation.sheets WHERE sheets.hackathon_id = hackathons.hackathon_id AND sheets.round = hackathons.round
      AND sheets.state IN ('offered', 'accepted', 'in_progress', 'reopened')))
  AND (state <> 'judging' OR NOT EXISTS (
      SELECT FROM innovation.judges WHERE judges.hackathon_id = hackathons.hackathon_id
      AND judges.person_id = %(person_id)s AND judges.state IN ('invited', 'accepted')))

-- hackathon --
-- Hackathons since they were announced.
SELECT hackathon_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, place_ar) AS texts_ar,
       concat_ws(' ', summary_en, place_en) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates,
       array_remove(ARRAY[place_ar, place_en, summary_en], NULL) AS places,
       (SELECT min(own.instant) FROM open_innovation.deadlines AS own WHERE own.hackathon_id = hackathon.hackathon_id) AS at,
       '/portal/hackathons/' || hackathon_id AS path
FROM open_innovation.hackathons AS hackathon
