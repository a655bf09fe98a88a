-- waiting --
-- For each side: interest to answer, contacts to share, and what has come of it, where that was asked.
SELECT step, introductions.introduction_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, introductions.state,
       CASE step WHEN 'answer' THEN instant END AS due, coalesce(asked_at, introductions.state_changed_at) AS since,
       '/introductions/' || introductions.introduction_id AS path, 1 AS number
FROM (VALUES ('answer', %(answer)s::text[]), ('share', %(share)s), ('tell', %(tell)s)) AS steps (step, states)
JOIN innovation.introductions ON state = ANY (states) JOIN innovation.needs USING (need_id)
JOIN innovation.offerings USING (offering_id) JOIN innovation.vendors USING (vendor_id)
CROSS JOIN LATERAL (VALUES ('agency', needs.organisation_id), ('vendor', vendors.organisation_id)) AS sides (side, own_id)
LEFT JOIN LATERAL (
    SELECT min(asked_at) AS asked_at FROM innovation.introduction_outcomes AS asked
    WHERE step = 'tell' AND asked.introduction_id = introductions.introduction_id AND asked.side = sides.side
      AND answered_at IS NULL) AS questions ON true
LEFT JOIN innovation.deadlines ON object_id = introductions.introduction_id AND name = 'answer_due'
WHERE own_id = ANY (%(answer_of)s) AND introductions.state <> sides.side || '_interested'
  AND (step <> 'tell' OR asked_at IS NOT NULL)
