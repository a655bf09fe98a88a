-- waiting --
-- Those whom coordinators consider, tell, take on and renew, without their names: reading those is noted. Of one's own
-- term, the code of conduct to sign and the warning that it will lapse.
SELECT step, (array_agg(ambassador_id ORDER BY state_changed_at))[1] AS object_id, NULL AS titles_ar, NULL AS titles_en,
       state, min(instant) AS due, min(state_changed_at) AS since, '/desk/ambassadors?state=' || state AS path,
       count(*) AS number
FROM (VALUES ('consider', %(consider)s::text[], false), ('release', %(release)s, true), ('take_on', %(take_on)s, false),
             ('renew', %(renew)s, false)) AS steps (step, states, decided)
JOIN innovation.ambassadors ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = ambassador_id AND name = 'renewal_closes' AND step = 'renew'
WHERE person_id <> %(person_id)s
  AND decided = EXISTS (
      SELECT FROM innovation.decisions WHERE machine = 'ambassador' AND decisions.object_id = ambassador_id
      AND released_at IS NULL AND withdrawn_at IS NULL)
GROUP BY step, state
UNION ALL
SELECT step, ambassador_id, NULL, NULL, state, instant, state_changed_at, '/account/ambassador', 1
FROM (VALUES ('sign', %(sign)s::text[]), ('be_active', %(be_active)s)) AS steps (step, states)
JOIN innovation.ambassadors ON state = ANY (states)
LEFT JOIN innovation.deadlines ON object_id = ambassador_id AND name = 'lapses' AND step = 'be_active'
WHERE person_id = %(person_id)s
  AND (step <> 'sign' OR EXISTS (
      SELECT FROM innovation.ambassador_papers AS paper WHERE kind = 'conduct' AND NOT EXISTS (
          SELECT FROM innovation.ambassador_papers AS newer WHERE newer.kind = 'conduct' AND newer.version > paper.version)
      AND NOT EXISTS (
          SELECT FROM innovation.ambassador_commitments AS signed
          WHERE signed.ambassador_id = ambassadors.ambassador_id AND signed.kind = 'conduct'
            AND signed.version = paper.version)))

-- ambassador --
-- Ambassadors who agreed to be seen.
SELECT ambassador_id AS key, name_ar AS titles_ar, name_en AS titles_en, biography_ar AS texts_ar, biography_en AS texts_en,
       '{}'::text[] AS codes, ARRAY[governorate] AS governorates, '{}'::text[] AS places, NULL::timestamptz AS at,
       '/portal/ambassadors/' || ambassador_id AS path
FROM open_innovation.ambassadors
