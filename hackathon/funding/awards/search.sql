-- award --
-- Awards that were accepted, with who is paid and by whom.
SELECT award_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', abstract_ar, recipient_name_ar, funder_name_ar, call_title_ar) AS texts_ar,
       concat_ws(' ', abstract_en, recipient_name_en, funder_name_en, call_title_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, awarded_at AS at,
       '/portal/awards/' || award_id AS path
FROM open_innovation.funding_awards
