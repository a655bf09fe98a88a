-- hackathons --
-- Hackathons after a code, ordered by code, with their dates and how many challenges they have.
SELECT code, title_en, title_ar, summary_en, summary_ar, state, state_reason, mode, place_en, place_ar,
       is_international, team_members_min, team_members_max, rounds, prizes, rules_en, rules_ar, eligibility_en, eligibility_ar,
       contact_email, partners,
       (SELECT count(*) FROM open_innovation.challenges
        WHERE challenges.hackathon_id = hackathon.hackathon_id) AS challenge_count,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
                      ORDER BY instant, name)
           FROM open_innovation.deadlines WHERE deadlines.hackathon_id = hackathon.hackathon_id
       ), '[]') AS dates
FROM open_innovation.hackathons AS hackathon
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(mode)s::text IS NULL OR mode = %(mode)s)
ORDER BY code
LIMIT %(rows)s
