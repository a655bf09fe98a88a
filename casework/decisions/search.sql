-- decision --
-- Decisions from what was heard to what was done.
SELECT decision_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', heard_ar, recommendation_ar, answer_ar, reason_ar, owner_name_ar) AS texts_ar,
       concat_ws(' ', heard_en, recommendation_en, answer_en, reason_en, owner_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, created_at AS at,
       '/portal/decisions/' || decision_id AS path
FROM open_participation.decisions
