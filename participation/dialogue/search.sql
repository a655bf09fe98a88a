-- session --
-- Sessions since they were announced.
SELECT session_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', question_ar, summary_ar, place_ar, decider_name_ar) AS texts_ar,
       concat_ws(' ', question_en, summary_en, place_en, decider_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, begins_at AS at,
       '/portal/dialogue/' || session_id AS path
FROM open_participation.sessions
