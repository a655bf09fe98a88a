-- waiting --
-- Pilots that a side has to agree to, and that the agency starts and completes when their days have come.
SELECT step, pilot_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, day AS due,
       state_changed_at AS since, '/pilots/' || pilot_id AS path, 1 AS number
FROM (VALUES ('agree', %(agree)s::text[]), ('provide', %(provide)s), ('start', %(start)s), ('complete', %(complete)s))
    AS steps (step, states)
JOIN innovation.pilots ON state = ANY (states)
CROSS JOIN LATERAL (
    SELECT CASE step WHEN 'start' THEN starts_on::timestamp AT TIME ZONE 'Asia/Muscat'
                     WHEN 'complete' THEN (ends_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' END AS day) AS days
WHERE (day IS NULL OR day <= %(at)s)
  AND CASE step WHEN 'provide' THEN provider_id = ANY (%(provide_of)s) OR team_id = ANY (%(provide_of)s)
                                 OR application_id = ANY (%(provide_of)s)
           ELSE agency_id = ANY (%(agree_of)s) END

-- pilot --
-- Pilots that were agreed, where the need is from that they began with.
SELECT pilot_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', purpose_ar, agency_name_ar, provider_name_ar) AS texts_ar,
       concat_ws(' ', purpose_en, agency_name_en, provider_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates,
       array_remove(ARRAY[agency_name_ar, agency_name_en], NULL) AS places, agreed_at AS at,
       '/portal/pilots/' || pilot_id AS path
FROM open_innovation.pilots
