-- annotation --
-- What officers wrote on the time line.
SELECT annotation_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       text_ar AS texts_ar, text_en AS texts_en, ARRAY[kind] AS codes, '{}'::text[] AS governorates, array_remove(ARRAY[place_name_ar, place_name_en], NULL) AS places,
       starts_at AS at, '/v1/annotations/' || annotation_id AS path
FROM open_innovation.annotations
