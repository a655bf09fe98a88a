-- ambassador --
-- Ambassadors who agreed to be seen.
SELECT ambassador_id AS key, name_ar AS titles_ar, name_en AS titles_en, biography_ar AS texts_ar, biography_en AS texts_en,
       '{}'::text[] AS codes, ARRAY[governorate] AS governorates, '{}'::text[] AS places, NULL::timestamptz AS at,
       '/portal/ambassadors/' || ambassador_id AS path
FROM open_innovation.ambassadors
