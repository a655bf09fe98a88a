-- organisation --
-- Organisations that are verified.
SELECT organisation_id AS key, name_ar AS titles_ar, name_en AS titles_en, ''::text AS texts_ar, ''::text AS texts_en,
       ARRAY[kind] AS codes, '{}'::text[] AS governorates, ARRAY[name_ar, name_en] AS places, NULL::timestamptz AS at,
       '/portal/organisations/' || organisation_id AS path
FROM open_innovation.organisations
