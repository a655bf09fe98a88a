-- survey --
-- Surveys since their date is known.
SELECT survey_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', purpose_ar, service_ar, agency_name_ar, decider_name_ar) AS texts_ar,
       concat_ws(' ', purpose_en, service_en, agency_name_en, decider_name_en) AS texts_en, '{}'::text[] AS codes,
       '{}'::text[] AS governorates, array_remove(ARRAY[service_ar, service_en], NULL) AS places, opens_at AS at,
       '/portal/surveys/' || survey_id AS path
FROM open_participation.surveys
