-- pilot --
-- Pilots that were agreed, where the need is from that they began with.
SELECT pilot_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', purpose_ar, agency_name_ar, provider_name_ar) AS texts_ar,
       concat_ws(' ', purpose_en, agency_name_en, provider_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates,
       array_remove(ARRAY[agency_name_ar, agency_name_en], NULL) AS places, agreed_at AS at,
       '/portal/pilots/' || pilot_id AS path
FROM open_innovation.pilots
