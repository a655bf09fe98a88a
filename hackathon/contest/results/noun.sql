-- waiting --
-- Appeals for somebody who neither prepared nor released the results, and does not judge there.
SELECT 'answer' AS step, hackathons.hackathon_id AS object_id, title_ar AS titles_ar, title_en AS titles_en,
       min(appeals.state) AS state, NULL::timestamptz AS due, min(appeals.state_changed_at) AS since,
       '/hackathons/' || hackathons.hackathon_id || '/desk/results' AS path, count(*) AS number
FROM innovation.hackathons JOIN innovation.appeals USING (hackathon_id)
WHERE appeals.state = ANY (%(answer)s) AND hackathons.state = 'results_provisional'
  AND (%(answer_of)s::uuid[] IS NULL OR hackathons.hackathon_id = ANY (%(answer_of)s))
  AND NOT EXISTS (
      SELECT FROM innovation.result_sets AS newest
      WHERE newest.hackathon_id = hackathons.hackathon_id AND released_at IS NOT NULL
        AND %(person_id)s IN (prepared_by, released_by))
  AND NOT EXISTS (
      SELECT FROM innovation.judges WHERE judges.hackathon_id = hackathons.hackathon_id
      AND judges.person_id = %(person_id)s AND judges.state IN ('invited', 'accepted'))
GROUP BY hackathons.hackathon_id
