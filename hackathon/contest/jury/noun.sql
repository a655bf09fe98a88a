-- juries --
-- Where sheets wait for a person.
SELECT DISTINCT sheets.hackathon_id FROM innovation.judges JOIN innovation.sheets USING (judge_id)
WHERE person_id = %(person_id)s AND sheets.state = ANY (%(open)s)

-- waiting --
-- Who is asked to judge, and sheets to accept or to fill in, without those of teams that do not exist for the judge.
SELECT 'answer' AS step, judge_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, judges.state,
       NULL::timestamptz AS due, judges.state_changed_at AS since, '/account/judging' AS path, 1 AS number
FROM innovation.judges JOIN innovation.hackathons USING (hackathon_id)
WHERE person_id = %(person_id)s AND judges.state = ANY (%(answer)s)
  AND hackathons.state NOT IN ('results_final', 'archived', 'cancelled')
UNION ALL
SELECT 'mark', hackathons.hackathon_id, title_ar, title_en, min(sheets.state), min(instant), min(sheets.state_changed_at),
       '/hackathons/' || hackathons.hackathon_id || '/judging', count(*)
FROM innovation.judges JOIN innovation.sheets USING (judge_id) JOIN innovation.submissions USING (submission_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = sheets.hackathon_id AND hackathons.round = sheets.round
LEFT JOIN innovation.deadlines ON object_id = hackathons.hackathon_id AND name = 'appeals_close'
WHERE person_id = %(person_id)s AND judges.state = 'accepted' AND sheets.state = ANY (%(mark)s)
  AND (hackathons.state = 'judging'
       OR sheets.state = 'reopened' AND hackathons.state IN ('deliberation', 'results_provisional'))
  AND team_id <> ALL (%(hidden)s::uuid[])
GROUP BY hackathons.hackathon_id
