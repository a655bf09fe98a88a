-- What was written and read belongs to any object of which people read notes, and not to surveys alone.
ALTER TABLE participation.survey_themes RENAME TO themes;
ALTER TABLE participation.themes RENAME COLUMN survey_id TO object_id;
ALTER TABLE participation.themes DROP CONSTRAINT survey_themes_survey_id_fkey;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_pkey TO themes_pkey;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_code_check TO themes_code_check;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_title_ar_check TO themes_title_ar_check;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_title_en_check TO themes_title_en_check;

ALTER TABLE participation.survey_codings RENAME TO codings;
ALTER TABLE participation.codings RENAME COLUMN survey_id TO object_id;
ALTER TABLE participation.codings RENAME COLUMN answer_id TO note_id;
ALTER TABLE participation.codings DROP CONSTRAINT survey_codings_survey_id_fkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_pkey TO codings_pkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_check TO codings_check;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_coded_by_fkey TO codings_coded_by_fkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_survey_id_question_theme_fkey TO codings_theme_fkey;
ALTER INDEX participation.survey_codings_by RENAME TO codings_by;
