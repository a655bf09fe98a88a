-- need --
-- Needs that were published, with whose they are and what they are about.
SELECT need_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', problem_ar, agency_name_ar) AS texts_ar,
       concat_ws(' ', problem_en, agency_name_en) AS texts_en, ARRAY[sector] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, published_at AS at,
       '/portal/needs/' || need_id AS path
FROM open_innovation.needs
